package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Real replicas that come and go, found by a name: what an autoscaler and a rollout do. In the order in which they do it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("slow")
class ResolvedReplicasTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    private static Path directory;

    private static Path hosts;
    private static RealSite site;

    @BeforeAll
    static void startAll() throws Exception {
        hosts = directory.resolve("hosts");
        resolveTo("127.0.0.1", "127.0.0.2");
        site = RealSite.resolved(2, hosts);
        for (RealSite.Replica replica : site.replicas()) {
            await().atMost(LONG).until(replica::isReady);
        }
    }

    @AfterAll
    static void stopAll() {
        site.close();
    }

    /** At once, so that nobody reads half a file. */
    private static void resolveTo(String... addresses) throws Exception {
        Path next = directory.resolve("hosts.next");
        Files.writeString(
                next,
                Arrays.stream(addresses).map(address -> address + " web\n").collect(Collectors.joining()));
        Files.move(next, hosts, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
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

    private static void assertFresh(JsonNode handshake) {
        assertThat(handshake.path("state").textValue()).as(handshake.toString()).isEqualTo("completed");
        assertThat(handshake.path("freshness").textValue()).isEqualTo("fresh");
    }

    private static Set<String> targets(JsonNode handshake, String status) {
        Set<String> names = new TreeSet<>();
        handshake.path("targets").forEach(target -> {
            if (target.path("status").textValue().equals(status)) {
                String name = target.path("name").textValue();
                names.add(name.substring(0, name.lastIndexOf(':')));
            }
        });
        return names;
    }

    @Test
    @Order(1)
    void eachAddressOfTheNameHasToProve() throws Exception {
        JsonNode handshake = site.publish(touching("first", edited("first")));

        assertFresh(handshake);
        assertThat(targets(handshake, "fresh")).containsExactly("127.0.0.1", "127.0.0.2");
    }

    @Test
    @Order(2)
    void aNewReplicaFromAnOlderBuildIsReadyOnlyWhenItShowsWhatChangedSince() throws Exception {
        // given
        JsonNode post = edited("hello-world");
        assertFresh(site.publish(touching("hello-world", post)));
        JsonNode second = edited("second");
        assertFresh(site.publish(touching("second", second)));

        // when
        RealSite.Replica added = site.another("127.0.0.3");
        long begun = System.nanoTime();
        added.start();
        await().atMost(LONG).until(added::isReady);

        // then
        Figures.say(
                "a replica added from an older build: ready %.1f s after its start", (System.nanoTime() - begun) / 1e9);
        assertThat(added.versionShown("/blog/hello-world", "hello-world"))
                .hasValue(post.path("version").asLong());
        assertThat(added.versionShown("/blog", "second"))
                .hasValue(second.path("version").asLong());
    }

    @Test
    @Order(3)
    void fromItsHelloOnItHasToProveThoughNoNameHasItYet() throws Exception {
        JsonNode third = edited("third");

        JsonNode handshake = site.publish(touching("third", third));

        assertFresh(handshake);
        assertThat(targets(handshake, "fresh")).containsExactly("127.0.0.1", "127.0.0.2", "127.0.0.3");
        assertThat(site.replica(2).versionShown("/blog", "third"))
                .hasValue(third.path("version").asLong());
        resolveTo("127.0.0.1", "127.0.0.2", "127.0.0.3");
    }

    @Test
    @Order(4)
    void oneThatIsGoneIsWaitedForUntilItsNameIsGoneToo() throws Exception {
        // given
        site.replica(0).kill();
        JsonNode post = edited("fourth");
        String id = site.publishOnly(touching("fourth", post));
        await().atMost(LONG).until(() -> site.cms().get(id, "").body().contains("\"status\":\"not-reached\""));
        assertThat(site.state(id)).isNotEqualTo("completed");

        // when
        resolveTo("127.0.0.2", "127.0.0.3");
        long goneAt = System.nanoTime();
        JsonNode handshake = site.awaitEnd(id);

        // then
        Figures.say(
                "a replica that is gone: completed without it %.1f s after its name was gone",
                (System.nanoTime() - goneAt) / 1e9);
        assertFresh(handshake);
        assertThat(targets(handshake, "fresh")).containsExactly("127.0.0.2", "127.0.0.3");
        assertThat(targets(handshake, "gone")).containsExactly("127.0.0.1");
    }

    @Test
    @Order(5)
    void whatIsPublishedAfterIsNoneOfItsBusiness() throws Exception {
        JsonNode handshake = site.publish(touching("fifth", edited("fifth")));

        assertFresh(handshake);
        assertThat(handshake.path("targets")).hasSize(2);
    }
}
