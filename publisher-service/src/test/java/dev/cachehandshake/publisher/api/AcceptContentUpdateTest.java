package dev.cachehandshake.publisher.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.store.ClaimRequest;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.publisher.RunningPublisher;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

class AcceptContentUpdateTest extends RunningPublisher {
    @Autowired
    private HandshakeStore store;

    @Autowired
    private MeterRegistry meters;

    @Autowired
    private Clock clock;

    @Test
    void anEventIsAcceptedWithTheAddressOfItsHandshake() {
        // when
        HttpResponse<String> response =
                post("{\"type\":\"post\",\"slug\":\"hello\",\"revalidation_id\":\"r-1\",\"version\":7}");

        // then
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.headers().firstValue("Location")).hasValue("/api/handshakes/r-1");
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/json");
        assertThat(response.body()).isEqualTo("{\"revalidation_id\":\"r-1\",\"state\":\"pending\"}");
        assertThat(get("/api/handshakes/r-1").statusCode()).isEqualTo(200);
    }

    @Test
    void anEventWithoutAnIdGetsOne() {
        // when
        HttpResponse<String> response = post("{\"type\":\"post\",\"slug\":\"hello\"}");

        // then
        String id = json(response).get("revalidation_id").textValue();
        assertThat(id).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(redis().exists("revalidation:" + id + ":status")).isEqualTo(1);
    }

    @Test
    void theJobLiesInTheQueueAsTheWireContractHasIt() {
        // given
        String event = """
                {"type": "post", "slug": "my-post", "revalidation_id": "r-1",
                 "dependencies": ["blog?category=php", "blog", ""]}
                """;

        // when
        post(event);

        // then
        assertThat(redis().type("revalidation:queue")).isEqualTo("list");
        assertThat(redis().llen("revalidation:queue")).isEqualTo(1);
        ObjectNode element = Json.object(redis().lindex("revalidation:queue", 0));
        assertThat(element.get("revalidation_id").textValue()).isEqualTo("r-1");
        assertThat(element.get("type").textValue()).isEqualTo("post");
        assertThat(element.get("slug").textValue()).isEqualTo("my-post");
        assertThat(element.get("dependencies"))
                .extracting(node -> node.textValue())
                .containsExactly("blog?category=php", "blog", "");
    }

    @Test
    void theHashIsThereAsTheWireContractHasIt() {
        // given
        long before = clock.instant().getEpochSecond();

        // when
        post("{\"type\":\"post\",\"slug\":\"my-post\",\"revalidation_id\":\"r-1\"}");

        // then
        Map<String, String> hash = redis().hgetall("revalidation:r-1:status");
        assertThat(hash).containsEntry("state", "pending").containsEntry("attempts", "0");
        assertThat(Long.parseLong(hash.get("created_at")))
                .isBetween(before - 1, Instant.now(clock).getEpochSecond() + 1);
        assertThat(Long.parseLong(hash.get("accepted_at_ms")) / 1000).isEqualTo(Long.parseLong(hash.get("created_at")));
    }

    @Test
    void jobsAreQueuedInTheOrderInWhichTheyWereAccepted() {
        // when
        for (String id : List.of("r-1", "r-2", "r-3")) {
            post("{\"type\":\"post\",\"slug\":\"hello\",\"revalidation_id\":\"%s\"}".formatted(id));
        }

        // then
        assertThat(redis().lrange("revalidation:queue", 0, -1))
                .extracting(
                        element -> Json.object(element).get("revalidation_id").textValue())
                .containsExactly("r-1", "r-2", "r-3");
    }

    @Test
    void theSameEventSentAgainIsTheSameHandshakeAsItStandsNow() {
        // given an event whose handshake has gone on since
        String event = "{\"type\":\"post\",\"slug\":\"hello\",\"revalidation_id\":\"r-1\",\"version\":7}";
        post(event);
        acknowledge();

        // when it is sent again, its fields in another order
        HttpResponse<String> again =
                post("{\"revalidation_id\":\"r-1\",\"version\":7,\"slug\":\"hello\",\"type\":\"post\"}");

        // then
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.headers().firstValue("Location")).hasValue("/api/handshakes/r-1");
        assertThat(again.body()).isEqualTo("{\"revalidation_id\":\"r-1\",\"state\":\"acknowledged\"}");
        assertThat(redis().llen("revalidation:queue")).isZero();
    }

    @Test
    void anotherEventWithTheSameIdIsAConflictAndChangesNothing() {
        // given
        post("{\"type\":\"post\",\"slug\":\"hello\",\"revalidation_id\":\"r-1\",\"version\":7}");
        Map<String, String> before = redis().hgetall("revalidation:r-1:status");

        // when
        HttpResponse<String> other =
                post("{\"type\":\"post\",\"slug\":\"hello\",\"revalidation_id\":\"r-1\",\"version\":8}");

        // then
        ObjectNode problem = assertProblem(other, 409, "id-taken");
        assertThat(problem.get("field").textValue()).isEqualTo("revalidation_id");
        assertThat(problem.get("value").textValue()).isEqualTo("r-1");
        assertThat(redis().hgetall("revalidation:r-1:status")).isEqualTo(before);
        assertThat(redis().llen("revalidation:queue")).isEqualTo(1);
    }

    @Test
    void aDryRunIsMarkedAsOne() {
        // when
        HttpResponse<String> response =
                post("{\"type\":\"post\",\"slug\":\"hello\",\"revalidation_id\":\"r-1\",\"dry_run\":true}");

        // then
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(Json.object(redis().lindex("revalidation:queue", 0))
                        .get("dry_run")
                        .booleanValue())
                .isTrue();
    }

    @Test
    void aRefusedDependencyIsReportedAndFailsNothing() {
        // when
        HttpResponse<String> response = post(
                "{\"type\":\"post\",\"slug\":\"hello\",\"revalidation_id\":\"r-1\",\"dependencies\":[\"blog\",\"../etc\"]}");

        // then
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(json(response).get("refused_paths")).hasSize(1);
        assertThat(json(response).get("refused_paths").get(0).get("path").textValue())
                .isEqualTo("../etc");
        assertThat(json(response).get("refused_paths").get(0).get("reason").textValue())
                .contains("..");
        assertThat(json(get("/api/handshakes/r-1")).get("refused_paths"))
                .isEqualTo(json(response).get("refused_paths"));
    }

    @Test
    void pastTheQueueBoundNothingIsAcceptedAndTheSenderIsToldWhenToComeAgain() {
        // given as many waiting jobs as the bound allows
        for (int i = 1; i <= 5; i++) {
            assertThat(post("{\"type\":\"post\",\"slug\":\"p-%d\"}".formatted(i))
                            .statusCode())
                    .isEqualTo(202);
        }

        // when
        HttpResponse<String> response = post("{\"type\":\"post\",\"slug\":\"hello\"}");

        // then
        assertProblem(response, 429, "queue-full");
        assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(redis().llen("revalidation:queue")).isEqualTo(5);
    }

    @Test
    void aBodyWithoutAMediaTypeIsTakenForJson() {
        // when
        HttpResponse<String> response = send(request("/api/content-updates")
                .POST(BodyPublishers.ofString("{\"type\":\"post\",\"slug\":\"hello\"}")));

        // then
        assertThat(response.statusCode()).isEqualTo(202);
    }

    @Test
    void aSlugInAnyScriptSurvivesTheWholeWay() {
        // when
        post("{\"type\":\"post\",\"slug\":\"größe-日本-🎉\",\"revalidation_id\":\"r-1\"}");

        // then
        assertThat(json(get("/api/handshakes/r-1")).get("slug").textValue()).isEqualTo("größe-日本-🎉");
    }

    @Test
    void eventsAreCountedByTheirOutcome() {
        // given
        double accepted = counted("accepted");
        double duplicate = counted("duplicate");
        double conflict = counted("conflict");
        double refused = counted("refused");

        // when
        post("{\"type\":\"post\",\"slug\":\"a\",\"revalidation_id\":\"r-1\"}");
        post("{\"type\":\"post\",\"slug\":\"a\",\"revalidation_id\":\"r-1\"}");
        post("{\"type\":\"post\",\"slug\":\"b\",\"revalidation_id\":\"r-1\"}");
        post("{\"type\":\"post\"}");

        // then
        assertThat(counted("accepted") - accepted).isEqualTo(1);
        assertThat(counted("duplicate") - duplicate).isEqualTo(1);
        assertThat(counted("conflict") - conflict).isEqualTo(1);
        assertThat(counted("refused") - refused).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"paths\":[\"/\"]',urgent",
        "'\"version\":1',normal",
        "'\"paths\":[\"/about\"]',low",
        "'\"paths\":[\"/about\"],\"class\":\"urgent\"',urgent"
    })
    void theClassIsThatOfThePrimaryPathUnlessTheEventSaysOne(String fields, String expected) {
        post("{\"type\":\"post\",\"slug\":\"a\",\"revalidation_id\":\"r-1\",%s}".formatted(fields));

        assertThat(json(get("/api/handshakes/r-1")).get("class").textValue()).isEqualTo(expected);
    }

    private double counted(String outcome) {
        return meters.get("handshake.events").tag("outcome", outcome).counter().count();
    }

    private void acknowledge() {
        var claim = store.claim(new ClaimRequest(
                "nonce", Duration.ofSeconds(5), Duration.ofSeconds(60), 10, Optional.empty(), Roster.of("nextjs")));
        store.settle(List.of(new Settlement(
                claim.handshakes().getFirst().lease(),
                "nextjs",
                new Settlement.Accepted(Duration.ofSeconds(30), 3, false, Optional.empty(), Optional.empty()))));
    }
}
