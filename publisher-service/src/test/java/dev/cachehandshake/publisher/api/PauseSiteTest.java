package dev.cachehandshake.publisher.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.publisher.RunningPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PauseSiteTest extends RunningPublisher {
    private HttpResponse<String> pause(String body) {
        return send(request("/api/sites/default/pause")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> resume() {
        return send(request("/api/sites/default/resume").POST(BodyPublishers.noBody()));
    }

    @Test
    void aSiteThatNothingHoldsSaysSo() {
        HttpResponse<String> response = get("/api/sites/default");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(response.body()).isEqualTo("{\"site\":\"default\",\"held\":false,\"holds\":[],\"deployments\":[]}");
    }

    @Test
    void aPauseHoldsTheSiteWithItsReasonUntilItIsResumed() {
        // when
        HttpResponse<String> response = pause("{\"reason\":\"the CMS moves\"}");

        // then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        ObjectNode site = json(response);
        assertThat(site.get("held").booleanValue()).isTrue();
        assertThat(site.has("held_until")).isFalse();
        JsonNode hold = site.get("holds").get(0);
        assertThat(hold.get("by").textValue()).isEqualTo("pause");
        assertThat(hold.get("reason").textValue()).isEqualTo("the CMS moves");
        assertThat(hold.get("since").textValue()).endsWith("Z");
        assertThat(hold.has("until")).isFalse();
        assertThat(json(get("/api/sites/default"))).isEqualTo(site);

        // when
        HttpResponse<String> resumed = resume();

        // then
        assertThat(resumed.statusCode()).isEqualTo(200);
        assertThat(json(resumed).get("held").booleanValue()).isFalse();
        assertNothingWritten();
    }

    @Test
    void aPauseMayHaveAnEnd() {
        ObjectNode site = json(pause("{\"reason\":\"why\",\"until\":\"2999-01-31T12:00:00+01:00\"}"));

        assertThat(site.get("held_until").textValue()).isEqualTo("2999-01-31T11:00:00.000Z");
        assertThat(site.get("holds").get(0).get("until").textValue()).isEqualTo("2999-01-31T11:00:00.000Z");
    }

    @Test
    void resumedTwiceIsTheSameAndAPauseMoreHasTheNewReason() {
        pause("{\"reason\":\"first\"}");
        ObjectNode site = json(pause("{\"reason\":\"second\"}"));
        assertThat(site.get("holds")).hasSize(1);
        assertThat(site.get("holds").get(0).get("reason").textValue()).isEqualTo("second");

        assertThat(resume().statusCode()).isEqualTo(200);
        assertThat(resume().statusCode()).isEqualTo(200);
    }

    @Test
    void aResumeEndsNoDeployment() {
        send(request("/api/sites/default/deployments")
                .POST(BodyPublishers.ofString("{\"deployment_id\":\"d1\",\"status\":\"started\"}")));
        pause("{\"reason\":\"why\"}");

        ObjectNode site = json(resume());

        assertThat(site.get("held").booleanValue()).isTrue();
        assertThat(site.get("holds")).hasSize(1);
        assertThat(site.get("holds").get(0).get("by").textValue()).isEqualTo("deployment");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '#', textBlock = """
            {}                                                | reason | invalid-field | is missing
            {"reason":""}                                     | reason | invalid-field | is empty
            {"reason":7}                                      | reason | invalid-field | has to be a text
            {"reason":"a\\nb"}                                 | reason | invalid-field | control character
            {"reason":"why","until":"2020-01-31T12:00:00Z"}   | until  | invalid-field | has passed
            {"reason":"why","until":"+99999-01-01T00:00:00Z"} | until  | invalid-field | year 9999
            {"reason":"why","until":"tomorrow"}               | until  | invalid-field | RFC 3339
            {"reason":"why","till":"2999-01-31T12:00:00Z"}    | till   | unknown-field | until
            {"reason":"why","site":"default"}                 | site   | unknown-field | reason, until
            """)
    void aFieldThatCannotBeTakenIsNamedWithTheWayOut(String body, String field, String code, String words) {
        // when
        ObjectNode problem = assertProblem(pause(body), 400, code);

        // then
        assertThat(problem.get("field").textValue()).isEqualTo(field);
        assertThat(problem.get("detail").textValue()).contains(words);
        assertNothingWritten();
    }

    @Test
    void aResumeHasNoFields() {
        // given
        pause("{\"reason\":\"why\"}");

        // when
        HttpResponse<String> response = send(request("/api/sites/default/resume")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"reason\":\"why\"}")));

        // then
        assertThat(assertProblem(response, 400, "unknown-field").get("detail").textValue())
                .isEqualTo("\"reason\" is no field of a resume: It has none");
        assertThat(json(get("/api/sites/default")).get("held").booleanValue()).isTrue();
        assertThat(send(request("/api/sites/default/resume").POST(BodyPublishers.ofString("{}")))
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/pause", "/resume"})
    void aSiteThatNobodyKnowsComesWithTheKnownOnes(String step) {
        HttpResponse<String> response = step.isEmpty()
                ? get("/api/sites/shop")
                : send(request("/api/sites/shop" + step).POST(BodyPublishers.noBody()));

        assertThat(assertProblem(response, 404, "unknown-site")
                        .get("known_sites")
                        .toString())
                .isEqualTo("[\"default\"]");
    }

    @Test
    void aStrangersKeyInTheWayIsNamed() {
        redis().set("revalidation:hold:default:pause", "a stranger's");

        assertThat(assertProblem(pause("{\"reason\":\"why\"}"), 409, "not-holdable")
                        .get("detail")
                        .textValue())
                .contains("revalidation:hold:default:pause");
        assertThat(resume().statusCode()).isEqualTo(200);
    }

    @Test
    void theyNeedTheKeyTheRightMethodAndNoParameters() {
        assertProblem(send(withoutKey("/api/sites/default").GET()), 401, "unauthorized");
        assertProblem(send(withoutKey("/api/sites/default/pause").POST(BodyPublishers.noBody())), 401, "unauthorized");
        assertProblem(get("/api/sites/default/pause"), 405, "method-not-allowed");
        assertProblem(get("/api/sites/default?held=true"), 400, "invalid-parameter");
        assertProblem(
                send(request("/api/sites/default/resume?force=true").POST(BodyPublishers.noBody())),
                400,
                "invalid-parameter");
    }
}
