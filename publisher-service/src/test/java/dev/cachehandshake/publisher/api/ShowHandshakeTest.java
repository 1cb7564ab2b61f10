package dev.cachehandshake.publisher.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.ClaimRequest;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.publisher.RunningPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

class ShowHandshakeTest extends RunningPublisher {
    private static final String RFC_3339_MS = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";

    @Autowired
    private HandshakeStore store;

    @Autowired
    private Clock clock;

    @Test
    void aWaitingHandshakeIsShownWithoutWhatIsNotKnownYet() {
        // given
        publish("r-1");

        // when
        HttpResponse<String> response = get("/api/handshakes/r-1");

        // then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        ObjectNode shown = json(response);
        assertThat(shown.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "revalidation_id",
                        "state",
                        "site",
                        "type",
                        "slug",
                        "version",
                        "action",
                        "class",
                        "attempts",
                        "accepted_at",
                        "targets");
        assertThat(shown.get("state").textValue()).isEqualTo("pending");
        assertThat(shown.get("version").intValue()).isEqualTo(7);
        assertThat(shown.get("accepted_at").textValue()).matches(RFC_3339_MS);
    }

    @Test
    void aCompletedHandshakeIsShownWithItsProofAndItsTimes() {
        // given
        publish("r-1");
        complete("r-1");

        // when
        ObjectNode shown = json(get("/api/handshakes/r-1"));

        // then
        assertThat(shown.get("state").textValue()).isEqualTo("completed");
        assertThat(shown.get("freshness").textValue()).isEqualTo("fresh");
        assertThat(shown.get("attempts").intValue()).isEqualTo(1);
        for (String time : List.of("accepted_at", "acknowledged_at", "completed_at", "finished_at")) {
            assertThat(shown.get(time).textValue()).as(time).matches(RFC_3339_MS);
        }
        assertThat(shown.get("duration_ms").longValue()).isNotNegative();
        assertThat(shown.get("targets")).hasSize(1);
        assertThat(shown.get("targets").get(0).get("name").textValue()).isEqualTo("nextjs");
        assertThat(shown.get("targets").get(0).get("status").textValue()).isEqualTo("fresh");
        assertThat(shown.get("targets").get(0).get("pages").get(0).get("path").textValue())
                .isEqualTo("/blog/hello");
    }

    @Test
    void aFailedHandshakeIsShownWithItsReason() {
        // given
        publish("r-1");
        store.settle(List.of(
                new Settlement(claim(), "nextjs", new Settlement.Rejected("HTTP 422: the site said no", false))));

        // when
        ObjectNode shown = json(get("/api/handshakes/r-1"));

        // then
        assertThat(shown.get("state").textValue()).isEqualTo("failed");
        assertThat(shown.get("failure").get("reason").textValue()).isEqualTo("rejected");
        assertThat(shown.get("failure").get("message").textValue()).isNotBlank();
        assertThat(shown.get("failure").get("advice").textValue()).contains("last_error", "replay the handshake");
        assertThat(shown.get("last_error").get("message").textValue()).isEqualTo("HTTP 422: the site said no");
        assertThat(shown.get("failed_at").textValue()).matches(RFC_3339_MS);
        assertThat(shown.has("completed_at")).isFalse();
    }

    @Test
    void aHashThatOnlyAStrangerHasWrittenIsShownAsFarAsItGoes() {
        // given what the original's publisher writes, and a version that is none
        redis().hset("revalidation:a b:status", Map.of("state", "pending", "attempts", "0", "version", "a\tb"));

        // when
        ObjectNode shown = json(get("/api/handshakes/a%20b"));

        // then
        assertThat(shown.get("revalidation_id").textValue()).isEqualTo("a b");
        assertThat(shown.get("state").textValue()).isEqualTo("pending");
        assertThat(shown.has("accepted_at")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "nobody?wait=PT30S", "%C3%A4"})
    void anUnknownHandshakeIsNotFoundAtOnce(String idAndQuery) {
        assertProblem(get("/api/handshakes/" + idAndQuery), 404, "unknown-handshake");
    }

    @Test
    void anIdThatIsTooLongToBeOneIsNotFound() {
        assertProblem(get("/api/handshakes/" + "a".repeat(5_000)), 404, "unknown-handshake");
    }

    @Test
    void aWaitIsAnsweredAsSoonAsTheHandshakeHasEnded() throws Exception {
        // given a caller that waits
        publish("r-1");
        CompletableFuture<HttpResponse<String>> waiting =
                http().sendAsync(request("/api/handshakes/r-1?wait=PT25S").build(), BodyHandlers.ofString());

        // when
        complete("r-1");

        // then
        HttpResponse<String> response = waiting.get(10, TimeUnit.SECONDS);
        assertThat(json(response).get("state").textValue()).isEqualTo("completed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1S", "1", "1s"})
    void aWaitThatIsOverIsAnsweredWithTheStateSoFar(String wait) {
        // given
        publish("r-1");
        Instant begun = clock.instant();

        // when
        HttpResponse<String> response = get("/api/handshakes/r-1?wait=" + wait);

        // then
        assertThat(json(response).get("state").textValue()).isEqualTo("pending");
        assertThat(Duration.between(begun, clock.instant())).isGreaterThanOrEqualTo(Duration.ofMillis(990));
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-1", "PT-1S", "61", "PT1H", "", "PT1S&wait=PT2S"})
    void aWaitThatIsNoneIsAnInvalidParameter(String wait) {
        // given
        publish("r-1");

        // when
        ObjectNode problem = assertProblem(get("/api/handshakes/r-1?wait=" + wait), 400, "invalid-parameter");

        // then
        assertThat(problem.get("parameter").textValue()).isEqualTo("wait");
    }

    @Test
    void aParameterThatNobodyKnowsIsNamedWithTheKnownOne() {
        // given
        publish("r-1");

        // when
        ObjectNode problem = assertProblem(get("/api/handshakes/r-1?wiat=PT30S"), 400, "invalid-parameter");

        // then
        assertThat(problem.get("parameter").textValue()).isEqualTo("wiat");
        assertThat(problem.get("detail").textValue()).contains("\"wiat\"", "?wait=PT30S");
        assertThat(problem.get("known_parameters").get(0).textValue()).isEqualTo("wait");
    }

    private void publish(String id) {
        HttpResponse<String> response =
                post("{\"type\":\"post\",\"slug\":\"hello\",\"revalidation_id\":\"%s\",\"version\":7}".formatted(id));
        assertThat(response.statusCode()).isEqualTo(202);
    }

    private Lease claim() {
        return store.claim(new ClaimRequest(
                        "nonce",
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(60),
                        10,
                        Optional.empty(),
                        Roster.of("nextjs")))
                .handshakes()
                .getFirst()
                .lease();
    }

    private void complete(String id) {
        store.settle(List.of(new Settlement(
                claim(),
                "nextjs",
                new Settlement.Accepted(Duration.ofSeconds(30), 3, true, Optional.empty(), Optional.empty()))));
        store.confirm(List.of(new Confirmation(
                new RevalidationId(id),
                Optional.of("nextjs"),
                new Confirmation.Fresh(Optional.empty()),
                Optional.empty(),
                Optional.of("replica-1"),
                Optional.of("build-1"),
                Optional.of("[{\"path\":\"/blog/hello\",\"version\":7,\"status\":200}]"))));
    }
}
