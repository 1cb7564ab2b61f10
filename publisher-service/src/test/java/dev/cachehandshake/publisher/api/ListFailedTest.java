package dev.cachehandshake.publisher.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.publisher.RunningPublisher;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

class ListFailedTest extends RunningPublisher {
    @Autowired
    private HandshakeStore store;

    private Deliveries deliveries;

    @BeforeEach
    void beAWorker() {
        deliveries = new Deliveries(store);
    }

    @Test
    void whereNothingHasFailedTheListIsEmpty() {
        // given one that is open
        publish("r-1");

        // when
        HttpResponse<String> response = get("/api/handshakes?state=failed");

        // then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(response.body()).isEqualTo("{\"handshakes\":[]}");
    }

    @Test
    void aFailedHandshakeIsListedAsItIsShownButForWhatMayBeLarge() {
        // given
        failed("r-1");
        ObjectNode shown = json(get("/api/handshakes/r-1"));

        // when
        JsonNode listed =
                json(get("/api/handshakes?state=failed")).get("handshakes").get(0);

        // then
        shown.remove("targets");
        assertThat(listed).isEqualTo(shown);
        assertThat(listed.get("failure").get("replay").textValue()).isEqualTo("/api/handshakes/r-1/replay");
    }

    @Test
    void pagesAreFollowedByTheirCursorsTheLatestFirst() {
        // given
        for (int i = 1; i <= 5; i++) {
            failed("r-" + i);
        }
        List<String> listed = new ArrayList<>();

        // when
        String next = "/api/handshakes?state=failed&site=default&limit=2";
        int pages = 0;
        while (next != null) {
            ObjectNode page = json(get(next));
            page.get("handshakes")
                    .forEach(handshake ->
                            listed.add(handshake.get("revalidation_id").textValue()));
            next = page.has("next_cursor")
                    ? "/api/handshakes?state=failed&site=default&limit=2&cursor="
                            + page.get("next_cursor").textValue()
                    : null;
            pages++;
        }

        // then
        assertThat(listed).containsExactly("r-5", "r-4", "r-3", "r-2", "r-1");
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void aPageHasFiftyUnlessAskedOtherwise() {
        for (int i = 0; i < 60; i++) {
            failed("r-" + i);
        }

        assertThat(json(get("/api/handshakes?state=failed")).get("handshakes")).hasSize(50);
        assertThat(json(get("/api/handshakes?state=failed&limit=100")).get("handshakes"))
                .hasSize(60);
    }

    @Test
    void thoseOfForeignSitesAreListedWhereNoSiteIsNamed() {
        // given
        failed("r-1");
        redis().rpush(
                        "revalidation:queue",
                        "{\"revalidation_id\":\"é b\",\"type\":\"post\",\"slug\":\"x\",\"site\":\"shop\"}");
        deliveries.reject("no");

        // when, then
        assertThat(json(get("/api/handshakes?state=failed")).get("handshakes")).hasSize(2);
        assertThat(json(get("/api/handshakes?state=failed&site=default")).get("handshakes"))
                .hasSize(1);

        // and a cursor may hold any id
        String cursor = json(get("/api/handshakes?state=failed&limit=1"))
                .get("next_cursor")
                .textValue();
        assertThat(json(get("/api/handshakes?state=failed&cursor=" + cursor)).get("handshakes"))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                       | state  | state=failed
            state=pending                            | state  | only failed ones are listed
            state=FAILED                             | state  | only failed ones are listed
            state=                                   | state  | only failed ones are listed
            state=failed&state=failed                | state  | send it once
            state=failed&site=nowhere                | site   | send one of: default
            state=failed&site=                       | site   | send one of: default
            state=failed&limit=0                     | limit  | from 1 to 100
            state=failed&limit=101                   | limit  | from 1 to 100
            state=failed&limit=ten                   | limit  | from 1 to 100
            state=failed&limit=-1                    | limit  | from 1 to 100
            state=failed&limit=99999999999           | limit  | from 1 to 100
            state=failed&limit=                      | limit  | from 1 to 100
            state=failed&cursor=                     | cursor | next_cursor
            state=failed&cursor=%C3%A4               | cursor | next_cursor
            state=failed&cursor=YWJj                 | cursor | next_cursor
            state=failed&cursor=MTo                  | cursor | next_cursor
            state=failed&cursor=MToACg               | cursor | next_cursor
            state=failed&cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk6YQ | cursor | next_cursor
            """)
    void aParameterThatCannotBeTakenIsNamedWithTheWayOut(String query, String parameter, String wayOut) {
        // given
        failed("r-1");

        // when
        ObjectNode problem = assertProblem(get("/api/handshakes?" + query), 400, "invalid-parameter");

        // then
        assertThat(problem.get("parameter").textValue()).isEqualTo(parameter);
        assertThat(problem.get("detail").textValue()).contains(wayOut);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status=failed", "state=failed&Limit=2", "state=failed&page=2"})
    void aParameterThatNobodyKnowsIsNamedWithTheKnownOnes(String query) {
        // when
        ObjectNode problem = assertProblem(get("/api/handshakes?" + query), 400, "invalid-parameter");

        // then
        assertThat(problem.get("known_parameters")).hasSize(4);
        assertThat(problem.get("detail").textValue()).contains("state, site, limit, cursor");
    }

    @Test
    void theListNeedsTheKeyAndIsOnlyRead() {
        assertProblem(send(withoutKey("/api/handshakes?state=failed").GET()), 401, "unauthorized");
        assertProblem(send(request("/api/handshakes").DELETE()), 405, "method-not-allowed");
    }

    private void publish(String id) {
        assertThat(post("{\"type\":\"post\",\"slug\":\"hello\",\"revalidation_id\":\"%s\",\"version\":7}".formatted(id))
                        .statusCode())
                .isEqualTo(202);
    }

    private void failed(String id) {
        publish(id);
        deliveries.reject("HTTP 422: the site said no");
    }
}
