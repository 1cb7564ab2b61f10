package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three real replicas, each with pages of its own: completed means that each of them shows what changed. */
@Tag("slow")
class ReplicasTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int CONTROL = 300;

    private static ForgetfulFront front;
    private static RealSite site;

    @BeforeAll
    static void startAll() throws Exception {
        front = ForgetfulFront.start();
        site = RealSite.replicated(
                3, Map.of("NEXTJS_URL", "http://127.0.0.1:{port},http://127.0.0.2:{port}," + front.url()));
        front.standBefore(site.replica(2).url());
        for (RealSite.Replica replica : site.replicas()) {
            await().atMost(LONG).until(replica::isReady);
        }
    }

    @AfterAll
    static void stopAll() {
        site.close();
        front.close();
    }

    @BeforeEach
    void contentIsHealthy() throws Exception {
        site.failContent(false);
        site.delayContent(Duration.ZERO);
    }

    private static JsonNode edited(String slug) throws Exception {
        return site.put(
                slug,
                "{\"title\":\"%s\",\"excerpt\":\"e\",\"body\":\"b\",\"category\":\"craft\",\"published\":true}"
                        .formatted(slug));
    }

    private static ObjectNode touching(String slug, JsonNode post) {
        ObjectNode event = RealSite.event(slug, post);
        event.putArray("dependencies").add("").add("blog");
        return event;
    }

    private static JsonNode published(String slug) throws Exception {
        JsonNode post = edited(slug);
        assertFresh(site.publish(touching(slug, post)));
        return post;
    }

    private static void assertFresh(JsonNode handshake) {
        assertThat(handshake.path("state").textValue()).as(handshake.toString()).isEqualTo("completed");
        assertThat(handshake.path("freshness").textValue()).isEqualTo("fresh");
    }

    private static void assertShownByAll(String slug, JsonNode post) throws Exception {
        for (RealSite.Replica replica : site.replicas()) {
            for (String path : List.of("/blog/" + slug, "/blog", "/")) {
                assertThat(replica.versionShown(path, slug))
                        .as("%s%s", replica.url(), path)
                        .hasValue(post.path("version").asLong());
            }
        }
    }

    @Test
    void whenItIsCompletedEachReplicaShowsIt() throws Exception {
        // given pages that each replica has made before
        published("everywhere");
        JsonNode post = edited("everywhere");

        // when
        JsonNode handshake = site.publish(touching("everywhere", post));

        // then
        assertFresh(handshake);
        assertThat(handshake.path("targets")).hasSize(3).allSatisfy(target -> {
            assertThat(target.path("status").textValue()).isEqualTo("fresh");
            assertThat(target.path("pages")).hasSize(3);
        });
        assertShownByAll("everywhere", post);
    }

    @Test
    void withoutFaultsEachIsCompletedAndEachReplicaShowsIt() throws Exception {
        published("control");
        for (int i = 0; i < CONTROL; i++) {
            JsonNode post = edited("control");
            assertFresh(site.publish(touching("control", post)));
            for (RealSite.Replica replica : site.replicas()) {
                assertThat(replica.versionShown("/blog/control", "control"))
                        .as("%s after %d", replica.url(), i)
                        .hasValue(post.path("version").asLong());
            }
        }
        Figures.say("three replicas, without faults: %d of %d completed fresh, and shown by each", CONTROL, CONTROL);
    }

    @Test
    void oneThatIgnoresTheCallIsFoundOutAndCalledAgain() throws Exception {
        // given
        published("ignored");
        JsonNode post = edited("ignored");
        front.forget(1);

        // when
        long begun = System.nanoTime();
        JsonNode handshake = site.publish(touching("ignored", post));

        // then
        Figures.say("three replicas, one ignores the call: completed after %.1f s", (System.nanoTime() - begun) / 1e9);
        assertFresh(handshake);
        assertShownByAll("ignored", post);
    }

    @Test
    void oneThatIsKilledInTheMiddleIsWaitedForAndFreshWhenItIsBack() throws Exception {
        // given a replica that has said yes and cannot confirm, for its content is slow
        published("killed");
        JsonNode post = edited("killed");
        site.delayContent(Duration.ofSeconds(3));
        String id = site.publishOnly(touching("killed", post));
        await().atMost(LONG).until(() -> site.state(id).equals("acknowledged"));

        // when
        site.replica(1).kill();
        site.delayContent(Duration.ZERO);
        assertThat(site.state(id)).isEqualTo("acknowledged");
        site.replica(1).start();
        long backAt = System.nanoTime();

        // then
        assertFresh(site.awaitEnd(id));
        Figures.say(
                "three replicas, one killed between its 202 and its callback: completed %.1f s after it was back",
                (System.nanoTime() - backAt) / 1e9);
        assertShownByAll("killed", post);
    }

    @Test
    void oneThatIsRestartedBeforeItsFirstRenderCatchesUpBeforeItIsReady() throws Exception {
        // given a list page that each replica has shown, and whose tag is all that says it is outdated
        published("restarted");
        for (RealSite.Replica replica : site.replicas()) {
            replica.get("/category/craft");
        }
        JsonNode post = edited("restarted");
        ObjectNode event = RealSite.event("restarted", post);
        event.putArray("tags").add("posts").add("post:restarted");
        assertFresh(site.publish(event));

        // when a replica forgets that before anybody has visited the page
        site.replica(2).kill();
        site.replica(2).start();
        long backAt = System.nanoTime();
        await().atMost(LONG).until(site.replica(2)::isReady);

        // then
        Figures.say(
                "three replicas, one restarted before the first visit: ready %.1f s after it was back",
                (System.nanoTime() - backAt) / 1e9);
        assertThat(site.replica(2).versionShown("/category/craft", "restarted"))
                .hasValue(post.path("version").asLong());
        assertThat(site.replica(2).versionShown("/blog/restarted", "restarted"))
                .hasValue(post.path("version").asLong());
    }
}
