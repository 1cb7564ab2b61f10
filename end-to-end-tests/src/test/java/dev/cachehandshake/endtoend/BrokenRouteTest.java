package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A route that says yes and does nothing, or not all: nothing of it is ever completed. */
class BrokenRouteTest {
    private static final String POST =
            "{\"title\":\"Broken\",\"excerpt\":\"e\",\"body\":\"%s\",\"category\":\"craft\",\"published\":true}";

    private static HonestRoute route;
    private static RealSite site;

    @BeforeAll
    static void startAll() throws Exception {
        route = HonestRoute.start();
        site = RealSite.behind(route.url());
        // Until then it makes anew by itself what it missed before it was up, which may be what is not passed on.
        await().atMost(Duration.ofMinutes(1)).until(site.replica(0)::isReady);
    }

    @AfterAll
    static void stopAll() {
        site.close();
        route.close();
    }

    /** A post that every page shows in this version, and that the site makes nothing anew for any more. */
    private static JsonNode shown(String slug) throws Exception {
        double before = callbacksOfTheSite();
        route.standBefore(site, path -> true);
        JsonNode post = site.put(slug, POST.formatted("One."));
        JsonNode handshake = site.publish(event(slug, post));
        assertThat(handshake.path("state").textValue()).as(handshake.toString()).isEqualTo("completed");
        await().atMost(Duration.ofMinutes(1)).until(() -> callbacksOfTheSite() > before);
        return post;
    }

    /** The ids under which it was told are known to nobody. */
    private static double callbacksOfTheSite() throws Exception {
        return Prometheus.read(site.pair().workerUrl()).get("handshake_callbacks_total{result=\"unknown\"}");
    }

    private static ObjectNode event(String slug, JsonNode post) {
        ObjectNode event = RealSite.event(slug, post);
        event.putArray("dependencies").add("blog");
        return event;
    }

    @Test
    void aRouteThatDoesNothingIsFoundOutByThePages() throws Exception {
        JsonNode before = shown("idle");
        route.standBefore(site, path -> false);
        JsonNode after = site.put("idle", POST.formatted("Two."));

        JsonNode handshake = site.publish(event("idle", after));

        assertThat(handshake.path("state").textValue()).isEqualTo("failed");
        assertThat(handshake.path("failure").path("reason").textValue()).isEqualTo("stale");
        assertThat(handshake.path("last_error").path("message").textValue())
                .isEqualTo("/blog/idle shows version %d, wanted %d"
                        .formatted(
                                before.path("version").asLong(),
                                after.path("version").asLong()));
    }

    @Test
    void aRouteThatIgnoresOneOfThePathsIsFoundOutByThatPage() throws Exception {
        JsonNode before = shown("partial");
        route.standBefore(site, path -> path.equals("/blog/partial"));
        JsonNode after = site.put("partial", POST.formatted("Two."));

        JsonNode handshake = site.publish(event("partial", after));

        assertThat(site.versionShown("/blog/partial", "partial"))
                .hasValue(after.path("version").asLong());
        assertThat(handshake.path("state").textValue()).isEqualTo("failed");
        assertThat(handshake.path("last_error").path("message").textValue())
                .isEqualTo("/blog shows version %d, wanted %d"
                        .formatted(
                                before.path("version").asLong(),
                                after.path("version").asLong()));
    }
}
