package dev.cachehandshake.publisher.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.store.CaughtUp;
import dev.cachehandshake.protocol.store.SiteHolds;
import dev.cachehandshake.publisher.RunningPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

class TakeDeploymentTest extends RunningPublisher {
    @Autowired
    private SiteHolds holds;

    private HttpResponse<String> tell(String body) {
        return send(request("/api/sites/default/deployments")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> tell(String id, String status) {
        return tell("{\"deployment_id\":\"%s\",\"status\":\"%s\"}".formatted(id, status));
    }

    private ObjectNode site() {
        return json(get("/api/sites/default"));
    }

    /** As a worker does, once it has published what changed. */
    private void closeAll() {
        holds.due("default").due().forEach(due -> holds.close(due, new CaughtUp(3, 1, false)));
    }

    private static Instant time(JsonNode json, String field) {
        return Instant.parse(json.get(field).textValue());
    }

    @Test
    void aStartHoldsTheSiteForAQuarterOfAnHour() {
        // when
        HttpResponse<String> response = tell("d1", "started");

        // then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        ObjectNode answer = json(response);
        assertThat(answer.get("site").textValue()).isEqualTo("default");
        assertThat(answer.get("deployment_id").textValue()).isEqualTo("d1");
        assertThat(answer.get("status").textValue()).isEqualTo("started");
        assertThat(time(answer, "held_until"))
                .isEqualTo(time(answer, "build_started_at").plus(Duration.ofMinutes(15)));
        ObjectNode site = site();
        assertThat(site.get("held").booleanValue()).isTrue();
        assertThat(site.get("held_until")).isEqualTo(answer.get("held_until"));
        assertThat(site.get("holds")).hasSize(1);
        JsonNode hold = site.get("holds").get(0);
        assertThat(hold.get("by").textValue()).isEqualTo("deployment");
        assertThat(hold.get("deployment_id").textValue()).isEqualTo("d1");
        assertThat(hold.get("until")).isEqualTo(answer.get("held_until"));
    }

    @ParameterizedTest
    @CsvSource({"1m,60", "90s,90", "6h,21600", "PT30M,1800"})
    void itMaySayHowLongItTakesAndSinceWhenItReadsContent(String timeout, long seconds) {
        // given
        Instant before = Instant.now();

        // when
        ObjectNode answer = json(tell(("{\"deployment_id\":\"d1\",\"status\":\"started\",\"timeout\":\"%s\","
                        + "\"build_started_at\":\"2026-01-31T12:00:00+01:00\"}")
                .formatted(timeout)));

        // then
        assertThat(answer.get("build_started_at").textValue()).isEqualTo("2026-01-31T11:00:00.000Z");
        assertThat(time(answer, "held_until"))
                .isBetween(before.plusSeconds(seconds - 1), Instant.now().plusSeconds(seconds + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"finished", "failed"})
    void itsEndHoldsTheSiteUntilAWorkerHasCaughtUpAndIsShownWithWhatThatWas(String end) {
        // given
        tell("d1", "started");

        // when
        HttpResponse<String> response = tell("d1", end);

        // then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        assertThat(json(response).get("status").textValue()).isEqualTo("finishing");
        assertThat(site().get("held").booleanValue()).isTrue();
        assertThat(site().get("deployments").get(0).get("status").textValue()).isEqualTo("finishing");

        // when
        closeAll();

        // then
        ObjectNode site = site();
        assertThat(site.get("held").booleanValue()).isFalse();
        assertThat(site.has("held_until")).isFalse();
        assertThat(site.get("holds")).isEmpty();
        JsonNode deployment = site.get("deployments").get(0);
        assertThat(deployment.get("deployment_id").textValue()).isEqualTo("d1");
        assertThat(deployment.get("status").textValue()).isEqualTo(end);
        assertThat(time(deployment, "ended_at")).isAfterOrEqualTo(time(deployment, "first_heard_at"));
        assertThat(deployment.get("delivered_again").toString()).isEqualTo("{\"pages\":3,\"tags\":1}");
        assertThat(deployment.has("held_until")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"started", "finished", "failed"})
    void theSameWordAgainIsAnsweredAsItStandsNow(String status) {
        HttpResponse<String> first = tell("d1", status);

        HttpResponse<String> again = tell("d1", status);

        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(site().get("deployments")).hasSize(1);
    }

    @Test
    void aStartThatComesAfterTheEndIsIgnoredAndSaysSo() {
        // given
        tell("d1", "finished");
        closeAll();

        // when
        HttpResponse<String> response = tell("d1", "started");

        // then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).get("ignored").booleanValue()).isTrue();
        assertThat(json(response).get("status").textValue()).isEqualTo("finished");
        assertThat(json(response).get("message").textValue()).contains("too late", "finished", "deployment_id");
        assertThat(site().get("held").booleanValue()).isFalse();
    }

    @Test
    void ofAnEndWhoseStartWasLostTheBuildBeganAsLongAgoAsItMayTake() {
        ObjectNode answer = json(tell("{\"deployment_id\":\"d1\",\"status\":\"finished\",\"timeout\":\"1h\"}"));

        assertThat(Duration.between(time(answer, "build_started_at"), time(answer, "held_until")))
                .isEqualTo(Duration.ofMinutes(61));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '#', textBlock = """
            {"status":"started"}                                             | deployment_id    | is missing
            {"deployment_id":"d1"}                                           | status           | is missing
            {"deployment_id":"","status":"started"}                          | deployment_id    | is empty
            {"deployment_id":"a/b","status":"started"}                       | deployment_id    | cannot be an id
            {"deployment_id":"-a","status":"started"}                        | deployment_id    | cannot be an id
            {"deployment_id":"status","status":"started"}                    | deployment_id    | cannot be an id
            {"deployment_id":7,"status":"started"}                           | deployment_id    | has to be a text
            {"deployment_id":"d1","status":"success"}                        | status           | started, finished, failed
            {"deployment_id":"d1","status":"STARTED"}                        | status           | started, finished, failed
            {"deployment_id":"d1","status":null}                             | status           | has to be a text
            {"deployment_id":"d1","status":"started","timeout":"59s"}        | timeout          | 1m to 6h
            {"deployment_id":"d1","status":"started","timeout":"7h"}         | timeout          | 1m to 6h
            {"deployment_id":"d1","status":"started","timeout":"-15m"}       | timeout          | is no duration
            {"deployment_id":"d1","status":"started","timeout":"15"}         | timeout          | is no duration
            {"deployment_id":"d1","status":"started","timeout":"PT99999999999999999999H"} | timeout | is no duration
            {"deployment_id":"d1","status":"started","timeout":900}          | timeout          | has to be a text
            {"deployment_id":"d1","status":"started","build_started_at":"now"}        | build_started_at | RFC 3339
            {"deployment_id":"d1","status":"started","build_started_at":"2026-01-31"} | build_started_at | RFC 3339
            {"deployment_id":"d1","status":"started","build_started_at":"+999999999-01-01T00:00:00Z"} | build_started_at | RFC 3339
            {"deployment_id":"d1","status":"started","build_started_at":7}   | build_started_at | has to be a text
            """)
    void aFieldThatCannotBeTakenIsNamedWithTheWayOut(String body, String field, String words) {
        // when
        ObjectNode problem = assertProblem(tell(body), 400, "invalid-field");

        // then
        assertThat(problem.get("field").textValue()).isEqualTo(field);
        assertThat(problem.get("detail").textValue()).contains(words);
        assertNothingWritten();
    }

    @Test
    void aFieldThatNobodyKnowsIsNamedWithTheOneThatWasProbablyMeant() {
        // when
        ObjectNode problem = assertProblem(
                tell("{\"deploymentId\":\"d1\",\"status\":\"started\",\"commit\":\"abc\"}"), 400, "unknown-field");

        // then
        assertThat(problem.get("field").textValue()).isEqualTo("deploymentId");
        assertThat(problem.get("did_you_mean").textValue()).isEqualTo("deployment_id");
        assertThat(problem.get("known_fields")).hasSize(4);
        assertThat(problem.get("errors")).hasSize(3);
        assertNothingWritten();
    }

    @Test
    void aSiteThatNobodyKnowsComesWithTheKnownOnes() {
        // when
        HttpResponse<String> response = send(request("/api/sites/shop/deployments")
                .POST(BodyPublishers.ofString("{\"deployment_id\":\"d1\",\"status\":\"started\"}")));

        // then
        ObjectNode problem = assertProblem(response, 404, "unknown-site");
        assertThat(problem.get("detail").textValue()).contains("shop", "default");
        assertThat(problem.get("known_sites").toString()).isEqualTo("[\"default\"]");
        assertNothingWritten();
    }

    @Test
    void aStrangersKeyInTheWayIsNamed() {
        // given
        redis().set("revalidation:holds:default", "a stranger's");

        // when
        ObjectNode problem = assertProblem(tell("d1", "started"), 409, "not-holdable");

        // then
        assertThat(problem.get("detail").textValue()).contains("revalidation:holds:default");
        assertThat(site().get("held").booleanValue()).isFalse();
    }

    @Test
    void itNeedsTheKeyAndIsPostedAsJsonWithoutParameters() {
        assertProblem(
                send(withoutKey("/api/sites/default/deployments").POST(BodyPublishers.ofString("{}"))),
                401,
                "unauthorized");
        assertProblem(get("/api/sites/default/deployments"), 405, "method-not-allowed");
        assertProblem(tell("[]"), 400, "malformed-json");
        assertProblem(
                send(request("/api/sites/default/deployments?status=started").POST(BodyPublishers.ofString("{}"))),
                400,
                "invalid-parameter");
        assertProblem(
                send(request("/api/sites/default/deployments")
                        .header("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString("{}"))),
                415,
                "unsupported-media-type");
        assertNothingWritten();
    }
}
