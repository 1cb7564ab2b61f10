package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real site that does all it should, and whose callbacks never arrive: a firewall, or a wrong WORKER_URL. */
class UnheardSiteTest {
    private static final String POST =
            "{\"title\":\"Unheard\",\"excerpt\":\"e\",\"body\":\"%s\",\"category\":\"craft\",\"published\":true}";

    private static RealSite site;

    @BeforeAll
    static void startAll() throws Exception {
        site = RealSite.unheard(Map.of("HANDSHAKE_TARGET_CALLBACK_WITHIN", "3s"));
    }

    @AfterAll
    static void stopAll() {
        site.close();
    }

    @Test
    void theWorkerReadsThePagesItselfAndDoesNotCallAgain() throws Exception {
        // given a post that its page shows
        site.put("unheard", POST.formatted("One."));
        assertThat(site.page("/blog/unheard").statusCode()).isEqualTo(200);

        // when
        JsonNode post = site.put("unheard", POST.formatted("Two."));
        ObjectNode event = RealSite.event("unheard", post);
        event.putArray("dependencies").add("blog").add("");
        JsonNode handshake = site.publish(event);

        // then
        assertThat(handshake.path("state").textValue()).as(handshake.toString()).isEqualTo("completed");
        assertThat(handshake.path("freshness").textValue()).isEqualTo("fresh");
        for (String path : new String[] {"/blog/unheard", "/blog"}) {
            assertThat(site.versionShown(path, "unheard"))
                    .as(path)
                    .hasValue(post.path("version").asLong());
        }
        Map<String, Double> worker = Prometheus.read(site.pair().workerUrl());
        assertThat(worker.get("handshake_attempts_total{outcome=\"accepted\"}")).isEqualTo(1);
        assertThat(worker.get("handshake_probes_total{result=\"fresh\"}")).isEqualTo(1);
    }
}
