package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Both routers of two versions of Next.js: what a visitor sees is what the handshake says. */
@Tag("slow")
class NextVersionsTest {
    static final String POST =
            "{\"title\":\"%s\",\"excerpt\":\"\",\"body\":\"%s\",\"category\":\"craft\",\"published\":true}";

    private static final Map<NextSite, List<String>> TIMES = new EnumMap<>(NextSite.class);

    private static RealSite site;

    /** How an event says which pages it touches: the post's own, always, and here the one that lists all posts. */
    enum By {
        PATH,
        TAG,
        BOTH;

        ObjectNode touch(ObjectNode event) {
            if (this != TAG) {
                event.putArray("dependencies").add("blog");
            }
            if (this != PATH) {
                event.putArray("tags")
                        .add("post:" + event.path("slug").textValue())
                        .add("posts");
            }
            return event;
        }
    }

    enum Change {
        UPDATE,
        UNPUBLISH
    }

    @BeforeAll
    static void startAll() throws Exception {
        site = RealSite.up(NextSite.APP_15, Map.of());
    }

    @AfterAll
    static void stopAll() {
        site.close();
        TIMES.forEach((next, times) -> Figures.say("%s: completed fresh, by %s", next, String.join(", ", times)));
    }

    /** One site after the other. */
    static Stream<Arguments> cells() {
        return Stream.of(NextSite.values())
                .flatMap(next -> Stream.of(By.PATH, By.TAG)
                        .flatMap(by -> Stream.of(Change.values()).map(change -> Arguments.of(next, by, change))));
    }

    @ParameterizedTest(name = "{0}: {2} by {1}")
    @MethodSource("cells")
    void whenItIsCompletedTheNextVisitorSeesTheTruth(NextSite next, By by, Change change) throws Exception {
        // given a published post that both pages show
        site.show(next);
        String slug = (by + "-" + change).toLowerCase(Locale.ROOT);
        JsonNode old = site.put(slug, POST.formatted(slug, "Old words."));
        assertFresh(site.publish(By.PATH.touch(RealSite.event(slug, old))));
        for (String path : List.of("/blog/" + slug, "/blog")) {
            await(path).until(() -> site.versionShown(path, slug).equals(Optional.of(version(old))));
        }

        // when
        JsonNode changed =
                change == Change.UPDATE ? site.put(slug, POST.formatted(slug, "New words.")) : site.unpublish(slug);
        ObjectNode event = by.touch(RealSite.event(slug, changed));
        event.put("action", change == Change.UPDATE ? "updated" : "unpublished");
        long publishedAt = System.nanoTime();
        JsonNode handshake = site.publish(event);
        long took = System.nanoTime() - publishedAt;

        // then
        assertFresh(handshake);
        if (change == Change.UPDATE) {
            assertThat(site.versionShown("/blog/" + slug, slug)).hasValue(version(changed));
            if (by == By.TAG && next.refreshesTags()) {
                // What no path names is marked and not read: its next visitor gets the old page once more.
                assertThat(site.versionShown("/blog", slug))
                        .hasValueSatisfying(shown -> assertThat(shown).isIn(version(old), version(changed)));
                await().until(() -> site.versionShown("/blog", slug).equals(Optional.of(version(changed))));
            } else {
                assertThat(site.versionShown("/blog", slug)).hasValue(version(changed));
            }
        } else {
            assertThat(site.page("/blog/" + slug).statusCode()).isEqualTo(404);
            assertThat(site.versionShown("/blog", slug)).isEmpty();
        }
        TIMES.computeIfAbsent(next, none -> new ArrayList<>())
                .add(String.format(Locale.ROOT, "%s %s %.0f ms", by, change, took / 1e6)
                        .toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @EnumSource(names = {"APP_15", "APP_16"})
    void aTagThatExpiresLeavesNoVisitorTheOldPage(NextSite next) throws Exception {
        site.show(next);
        JsonNode old = site.put("expiring", POST.formatted("Expiring", "Old words."));
        assertFresh(site.publish(By.PATH.touch(RealSite.event("expiring", old))));
        await().until(() -> site.versionShown("/blog", "expiring").equals(Optional.of(version(old))));

        JsonNode changed = site.put("expiring", POST.formatted("Expiring", "New words."));
        assertFresh(
                site.publish(By.TAG.touch(RealSite.event("expiring", changed)).put("mode", "expire")));

        assertThat(site.versionShown("/blog", "expiring")).hasValue(version(changed));
    }

    static void assertFresh(JsonNode handshake) {
        assertThat(handshake.path("state").textValue()).as(handshake.toString()).isEqualTo("completed");
        assertThat(handshake.path("freshness").textValue()).isEqualTo("fresh");
    }

    static long version(JsonNode post) {
        return post.path("version").asLong();
    }
}
