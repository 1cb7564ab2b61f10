package dev.cachehandshake.publisher.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.store.Circuit;
import dev.cachehandshake.protocol.store.CircuitState;
import dev.cachehandshake.protocol.store.CircuitStore;
import dev.cachehandshake.publisher.RunningPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class SetCircuitTest extends RunningPublisher {
    private static final String NEXTJS = "/api/sites/default/targets/nextjs/circuit";

    @Autowired
    private CircuitStore store;

    @Test
    void aTargetThatNobodyHasHeardOfIsClosed() {
        HttpResponse<String> response = get(NEXTJS);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(response.body())
                .isEqualTo(
                        "{\"site\":\"default\",\"target\":\"nextjs\",\"state\":\"closed\",\"forced\":false,\"failures\":0}");
        assertNothingWritten();
    }

    @Test
    void whatFailuresHaveOpenedIsShownWithItsReason() {
        // given
        Circuit nextjs = new Circuit("default", "nextjs");
        for (int i = 0; i < 2; i++) {
            store.failed(nextjs, "the site answered 503", 2, Duration.ofMinutes(5));
        }

        // when
        ObjectNode shown = json(get(NEXTJS));

        // then
        assertThat(shown.get("state").textValue()).isEqualTo("open");
        assertThat(shown.get("forced").booleanValue()).isFalse();
        assertThat(shown.get("failures").intValue()).isEqualTo(2);
        assertThat(shown.get("reason").textValue()).isEqualTo("the site answered 503");
        assertEnds(shown, Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @CsvSource({"10m,PT10M", "PT10M,PT10M", "90s,PT90S", "2h,PT2H", "30d,PT720H", "1s,PT1S"})
    void anOperatorOpensItForAWhile(String sent, Duration meant, CapturedOutput output) {
        // when
        HttpResponse<String> response = set(
                NEXTJS, "{\"state\":\"open\",\"for\":\"%s\",\"reason\":\"the site is being moved\"}".formatted(sent));

        // then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        ObjectNode shown = json(response);
        assertThat(shown.get("state").textValue()).isEqualTo("open");
        assertThat(shown.get("forced").booleanValue()).isTrue();
        assertThat(shown.get("reason").textValue()).isEqualTo("the site is being moved");
        assertEnds(shown, meant);
        assertThat(redis().get("circuit:open:nextjs")).isEqualTo("forced");
        assertThat(output)
                .contains("breaker opened by hand site=default target=nextjs for=" + meant, "the site is being moved");
    }

    @Test
    void withoutAnEndItStaysOpenUntilItIsClosed(CapturedOutput output) {
        // given
        ObjectNode open = json(set(NEXTJS, "{\"state\":\"open\"}"));
        assertThat(open.has("until")).isFalse();
        assertThat(open.has("reason")).isFalse();
        assertThat(redis().ttl("circuit:open:nextjs")).isEqualTo(-1);

        // when
        HttpResponse<String> closed = set(NEXTJS, "{\"state\":\"closed\",\"reason\":\"it is back\"}");

        // then
        assertThat(closed.statusCode()).isEqualTo(200);
        assertThat(json(closed).get("state").textValue()).isEqualTo("closed");
        assertNothingWritten();
        assertThat(output).contains("breaker closed by hand site=default target=nextjs", "it is back");
    }

    @Test
    void aTargetOfSeveralIsNamedByItsAddress() {
        set("/api/sites/default/targets/%5B::1%5D:3000/circuit", "{\"state\":\"open\"}");
        set("/api/sites/default/targets/10.0.0.7:3000/circuit", "{\"state\":\"open\"}");

        assertThat(redis().keys("circuit:open:*"))
                .containsExactlyInAnyOrder("circuit:open:[::1]:3000", "circuit:open:10.0.0.7:3000");
        assertThat(store.read(new Circuit("default", "10.0.0.7:3000"))).isInstanceOf(CircuitState.Forced.class);
    }

    @Test
    void anUnknownSiteIsToldTheKnownOnes() {
        String elsewhere = "/api/sites/nowhere/targets/nextjs/circuit";

        ObjectNode problem = assertProblem(set(elsewhere, "{\"state\":\"open\"}"), 404, "unknown-site");

        assertThat(problem.get("site").textValue()).isEqualTo("nowhere");
        assertThat(problem.get("known_sites")).hasSize(1);
        assertThat(problem.get("detail").textValue()).contains("send one of: default");
        assertProblem(get(elsewhere), 404, "unknown-site");
        assertNothingWritten();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%20b", "%C3%A4", "%0A"})
    void aNameThatNoTargetCanHaveIsRefused(String target) {
        ObjectNode problem = assertProblem(
                set("/api/sites/default/targets/" + target + "/circuit", "{\"state\":\"open\"}"),
                400,
                "invalid-parameter");

        assertThat(problem.get("parameter").textValue()).isEqualTo("target");
        assertThat(problem.get("detail").textValue()).contains("10.0.0.7:3000");
        assertNothingWritten();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                   | state  | is missing
            {"state":"Open"}                                     | state  | "open"
            {"state":"half-open"}                                | state  | "closed"
            {"state":true}                                       | state  | a boolean
            {"state":null}                                       | state  | null
            {"state":"open","for":"10"}                          | for    | "10m"
            {"state":"open","for":"soon"}                        | for    | is no duration
            {"state":"open","for":"0s"}                          | for    | 1s to 30d
            {"state":"open","for":"31d"}                         | for    | 1s to 30d
            {"state":"open","for":"-PT1M"}                       | for    | 1s to 30d
            {"state":"open","for":600}                           | for    | an integer
            {"state":"closed","for":"10m"}                       | for    | leave it out
            {"state":"open","reason":""}                         | reason | is empty
            {"state":"open","reason":7}                          | reason | an integer
            {"state":"open","reason":"a\\nb"}                    | reason | control character
            """)
    void aFieldThatCannotBeTakenIsNamedWithTheWayOut(String body, String field, String wayOut) {
        ObjectNode problem = assertProblem(set(NEXTJS, body), 400, "invalid-field");

        assertThat(problem.get("field").textValue()).isEqualTo(field);
        assertThat(problem.get("detail").textValue()).contains(wayOut);
        assertNothingWritten();
    }

    @Test
    void aFieldThatNobodyKnowsIsNamedWithTheKnownOnes() {
        ObjectNode problem =
                assertProblem(set(NEXTJS, "{\"state\":\"open\",\"until\":\"tomorrow\"}"), 400, "unknown-field");

        assertThat(problem.get("field").textValue()).isEqualTo("until");
        assertThat(problem.get("detail").textValue())
                .contains("no field of an order to a breaker", "state, for, reason");
        assertNothingWritten();
    }

    @Test
    void itNeedsTheKeyAndTakesNoParameters() {
        assertProblem(send(withoutKey(NEXTJS).GET()), 401, "unauthorized");
        assertProblem(get(NEXTJS + "?state=open"), 400, "invalid-parameter");
        assertProblem(set(NEXTJS + "?for=10m", "{\"state\":\"open\"}"), 400, "invalid-parameter");
        assertProblem(set(NEXTJS, "open"), 400, "malformed-json");
        assertProblem(send(request(NEXTJS).DELETE()), 405, "method-not-allowed");
        assertNothingWritten();
    }

    private HttpResponse<String> set(String address, String body) {
        return send(request(address).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    private static void assertEnds(ObjectNode shown, Duration from) {
        Instant until = Instant.parse(shown.get("until").textValue());
        assertThat(Duration.between(Clock.systemUTC().instant(), until))
                .isBetween(from.minusSeconds(20), from.plusSeconds(1));
    }
}
