package dev.cachehandshake.publisher.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.publisher.RunningPublisher;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

class ReplayHandshakeTest extends RunningPublisher {
    @Autowired
    private HandshakeStore store;

    @Autowired
    private MeterRegistry meters;

    private Deliveries deliveries;

    @BeforeEach
    void beAWorker() {
        deliveries = new Deliveries(store);
    }

    @Test
    void whatFailedIsAcceptedOnceMoreAsANewHandshakeThatNamesIt() {
        // given
        failed("old");

        // when
        HttpResponse<String> response = replay("old", "");

        // then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        String id = json(response).get("revalidation_id").textValue();
        assertThat(id).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(response.body())
                .isEqualTo("{\"revalidation_id\":\"" + id + "\",\"state\":\"pending\",\"replay_of\":\"old\"}");
        assertThat(response.headers().firstValue("Location")).hasValue("/api/handshakes/" + id);
        ObjectNode shown = json(get("/api/handshakes/" + id));
        assertThat(shown.get("replay_of").textValue()).isEqualTo("old");
        assertThat(shown.get("slug").textValue()).isEqualTo("hello");
        assertThat(shown.get("version").intValue()).isEqualTo(7);
        assertThat(json(get("/api/handshakes/old")).get("replayed_by").textValue())
                .isEqualTo(id);
    }

    @Test
    void aFailedHandshakeShowsWhereToReplayIt() {
        // given a foreign one, whose id may hold anything
        redis().rpush("revalidation:queue", "{\"revalidation_id\":\"a b?\",\"type\":\"post\",\"slug\":\"x\"}");
        deliveries.reject("no");

        // when
        String address = json(get("/api/handshakes/a%20b%3F"))
                .get("failure")
                .get("replay")
                .textValue();

        // then
        assertThat(address).isEqualTo("/api/handshakes/a%20b%3F/replay");
        assertThat(send(request(address).POST(BodyPublishers.noBody())).statusCode())
                .isEqualTo(202);
    }

    @Test
    void withoutAnIdEachRequestIsOneMoreReplay() {
        failed("old");

        assertThat(replay("old", "").statusCode()).isEqualTo(202);
        assertThat(replay("old", "{}").statusCode()).isEqualTo(202);

        assertThat(redis().llen("revalidation:queue")).isEqualTo(2);
    }

    @Test
    void withAnIdTheSameRequestIsTheSameReplayAsItStandsNow() {
        // given
        failed("old");
        assertThat(replay("old", "{\"revalidation_id\":\"new\"}").statusCode()).isEqualTo(202);
        deliveries.settle(
                new Settlement.Accepted(Duration.ofSeconds(30), 3, false, Optional.empty(), Optional.empty()));

        // when the answer was lost and it is sent again
        HttpResponse<String> again = replay("old", "{\"revalidation_id\":\"new\"}");

        // then
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body())
                .isEqualTo("{\"revalidation_id\":\"new\",\"state\":\"acknowledged\",\"replay_of\":\"old\"}");
        assertThat(again.headers().firstValue("Location")).hasValue("/api/handshakes/new");
        assertThat(redis().llen("revalidation:queue")).isZero();
    }

    @Test
    void theSameRequestIsAnsweredAlsoWhenTheOldOneIsForgotten() {
        failed("old");
        replay("old", "{\"revalidation_id\":\"new\"}");
        redis().del("revalidation:old:status");

        assertThat(replay("old", "{\"revalidation_id\":\"new\"}").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"old", "other"})
    void anIdThatStandsForSomethingElseIsTaken(String id) {
        // given
        failed("old");
        publish("other");

        // when
        ObjectNode problem =
                assertProblem(replay("old", "{\"revalidation_id\":\"%s\"}".formatted(id)), 409, "id-taken");

        // then
        assertThat(problem.get("field").textValue()).isEqualTo("revalidation_id");
        assertThat(problem.get("value").textValue()).isEqualTo(id);
        assertThat(redis().llen("revalidation:queue")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "%C3%A4"})
    void whatNobodyKnowsCannotBeReplayed(String id) {
        assertProblem(replay(id, ""), 404, "unknown-handshake");
        assertNothingWritten();
    }

    @Test
    void whatIsStillOnItsWayHasNotEnded() {
        // given
        publish("open");

        // when
        ObjectNode problem = assertProblem(replay("open", ""), 409, "not-ended");

        // then
        assertThat(problem.get("state").textValue()).isEqualTo("pending");
        assertThat(problem.get("revalidation_id").textValue()).isEqualTo("open");
        assertThat(redis().llen("revalidation:queue")).isEqualTo(1);
    }

    @Test
    void whatHasCompletedOrWasSimulatedIsNotKeptToBeReplayed() {
        // given
        publish("completed");
        deliveries.claim();
        store.confirm(List.of(new Confirmation(
                new RevalidationId("completed"),
                Optional.of("nextjs"),
                new Confirmation.Fresh(Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty())));
        publish("simulated");
        deliveries.settle(new Settlement.Simulated());

        for (String state : List.of("completed", "simulated")) {
            // when
            ObjectNode problem = assertProblem(replay(state, ""), 409, "not-replayable");

            // then
            assertThat(problem.get("state").textValue()).isEqualTo(state);
            assertThat(problem.get("detail").textValue()).contains("/api/content-updates");
        }
    }

    @Test
    void whatFailedWithoutAJobThatCanBeReadIsNotReplayable() {
        // given one whose job is gone, one whose job is no JSON, and one whose job is no text
        for (String id : List.of("gone", "broken", "binary")) {
            failed(id);
        }
        redis().hdel("revalidation:gone:status", "job");
        redis().hset("revalidation:broken:status", "job", "{\"revalidation_id\":\"broken\"");
        redis().eval(
                        "redis.call('HSET', KEYS[1], 'job', '{\"revalidation_id\":\"binary\",\"x\":\"\\255\"}')",
                        io.lettuce.core.ScriptOutputType.STATUS,
                        "revalidation:binary:status");

        for (String id : List.of("gone", "broken", "binary")) {
            // when, then
            ObjectNode problem = assertProblem(replay(id, ""), 409, "not-replayable");
            assertThat(problem.get("state").textValue()).isEqualTo("failed");
            assertThat(problem.get("detail").textValue()).contains("its job is ");
        }
        assertThat(redis().llen("revalidation:queue")).isZero();
    }

    @Test
    void aForeignJobIsReplayedWithAllThatItHolds() {
        // given one that cannot be delivered, with fields that nobody knows
        String job = "{\"revalidation_id\":\"old\",  \"none\":[], \"big\":12345678901234567890, \"exact\":1.10}";
        redis().rpush("revalidation:queue", job);
        deliveries.reject("no");

        // when
        replay("old", "{\"revalidation_id\":\"new\"}");

        // then
        assertThat(redis().hget("revalidation:new:status", "job")).isEqualTo(job.replace("\"old\"", "\"new\""));
    }

    @Test
    void refusedPathsAreToldAgain() {
        // given
        post("{\"type\":\"post\",\"slug\":\"hello\",\"revalidation_id\":\"old\",\"dependencies\":[\"../etc\"]}");
        deliveries.reject("no");

        // when, then
        assertThat(json(replay("old", "")).get("refused_paths")).hasSize(1);
    }

    @Test
    void pastTheQueueBoundNothingIsReplayedAndTheSenderIsToldWhenToComeAgain() {
        // given
        failed("old");
        for (int i = 1; i <= 5; i++) {
            publish("r-" + i);
        }

        // when
        HttpResponse<String> response = replay("old", "{\"revalidation_id\":\"new\"}");

        // then
        assertProblem(response, 429, "queue-full");
        assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(redis().exists("revalidation:new:status")).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '#', textBlock = """
            {"revalidation_id": 7}              | invalid-field   | revalidation_id
            {"revalidation_id": "a/b"}          | invalid-field   | revalidation_id
            {"revalidation_id": ""}             | invalid-field   | revalidation_id
            {"revalidationId": "new"}           | unknown-field   | revalidationId
            {"slug": "hello"}                   | unknown-field   | slug
            """)
    void aBodyMayNameTheNewHandshakeAndNothingElse(String body, String code, String field) {
        // given
        failed("old");

        // when
        ObjectNode problem = assertProblem(replay("old", body), 400, code);

        // then
        assertThat(problem.get("field").textValue()).isEqualTo(field);
        assertThat(problem.get("errors")).hasSize(1);
        assertThat(redis().llen("revalidation:queue")).isZero();
    }

    @Test
    void anUnknownFieldComesWithTheOnlyKnownOne() {
        // when
        ObjectNode problem = assertProblem(replay("old", "{\"revalidationId\":\"new\"}"), 400, "unknown-field");

        // then
        assertThat(problem.get("did_you_mean").textValue()).isEqualTo("revalidation_id");
        assertThat(problem.get("known_fields")).hasSize(1);
        assertThat(problem.get("detail").textValue())
                .contains("no field of a replay", "The only one is revalidation_id");
    }

    @Test
    void aBodyThatIsNoJsonIsRefused() {
        failed("old");

        assertProblem(replay("old", "[]"), 400, "malformed-json");
        // As curl -d sends it when nobody says what it is.
        assertProblem(
                send(request("/api/handshakes/old/replay")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("{\"revalidation_id\":\"new\"}"))),
                415,
                "unsupported-media-type");
        assertThat(redis().llen("revalidation:queue")).isZero();
    }

    @Test
    void anEmptyBodyOfWhateverMediaTypeIsNone() {
        failed("old");

        HttpResponse<String> response = send(request("/api/handshakes/old/replay")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("")));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    }

    @Test
    void aParameterThatWouldBeIgnoredIsRefused() {
        // given
        failed("old");

        // when
        HttpResponse<String> response =
                send(request("/api/handshakes/old/replay?revalidation_id=new").POST(BodyPublishers.noBody()));

        // then
        assertThat(assertProblem(response, 400, "invalid-parameter")
                        .get("parameter")
                        .textValue())
                .isEqualTo("revalidation_id");
        assertThat(redis().llen("revalidation:queue")).isZero();
    }

    @Test
    void aReplayNeedsTheKeyAndIsPosted() {
        failed("old");

        assertProblem(
                send(withoutKey("/api/handshakes/old/replay").POST(BodyPublishers.noBody())), 401, "unauthorized");
        assertProblem(get("/api/handshakes/old/replay"), 405, "method-not-allowed");
    }

    @Test
    void replaysAreCountedByTheirOutcome() {
        // given
        failed("old");
        Map<String, Double> before = counted();

        // when
        replay("old", "{\"revalidation_id\":\"new\"}");
        replay("old", "{\"revalidation_id\":\"new\"}");
        replay("old", "{\"revalidation_id\":\"old\"}");
        replay("old", "[]");
        replay("new", "");

        // then
        Map<String, Double> after = counted();
        assertThat(after.get("accepted") - before.get("accepted")).isEqualTo(1);
        assertThat(after.get("duplicate") - before.get("duplicate")).isEqualTo(1);
        assertThat(after.get("conflict") - before.get("conflict")).isEqualTo(1);
        assertThat(after.get("refused") - before.get("refused")).isEqualTo(2);
    }

    private Map<String, Double> counted() {
        return meters.get("handshake.replays").counters().stream()
                .collect(java.util.stream.Collectors.toMap(
                        counter -> counter.getId().getTag("outcome"), counter -> counter.count()));
    }

    private void publish(String id) {
        HttpResponse<String> response =
                post("{\"type\":\"post\",\"slug\":\"hello\",\"revalidation_id\":\"%s\",\"version\":7}".formatted(id));
        assertThat(response.statusCode()).isEqualTo(202);
    }

    private void failed(String id) {
        publish(id);
        deliveries.reject("HTTP 422: the site said no");
    }

    private HttpResponse<String> replay(String id, String body) {
        return send(
                body.isEmpty()
                        ? request("/api/handshakes/" + id + "/replay").POST(BodyPublishers.noBody())
                        : request("/api/handshakes/" + id + "/replay")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(body)));
    }
}
