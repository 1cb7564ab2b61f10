package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.wire.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real Next.js site: what a visitor sees is what the handshake says. */
class RealSiteTest {
    private static final String POST =
            "{\"title\":\"%s\",\"excerpt\":\"of a test\",\"body\":\"%s\",\"category\":\"craft\",\"published\":true}";
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int RACES = 20;
    private static final int ATTEMPTS = 2;

    private static RealSite site;

    @BeforeAll
    static void startAll() throws Exception {
        site = RealSite.up(Map.of("HANDSHAKE_STRATEGIES_NORMAL_ATTEMPTS", "" + ATTEMPTS));
    }

    @AfterAll
    static void stopAll() {
        site.close();
    }

    @BeforeEach
    void contentIsHealthy() throws Exception {
        site.failContent(false);
        site.delayContent(Duration.ZERO);
    }

    /** Made, published and seen once on every page that lists it. */
    private static JsonNode published(String slug) throws Exception {
        JsonNode post = site.put(slug, POST.formatted(slug, "The first words."));
        JsonNode handshake = site.publish(touching(RealSite.event(slug, post)));
        assertThat(handshake.path("state").textValue()).as(handshake.toString()).isEqualTo("completed");
        return post;
    }

    /** The entry's own page, and those that list it. */
    private static ObjectNode touching(ObjectNode event) {
        event.putArray("dependencies").add("").add("blog").add("category/craft");
        event.putArray("tags").add("posts").add("post:" + event.path("slug").textValue());
        return event;
    }

    private static JsonNode edited(String slug) throws Exception {
        return site.put(slug, POST.formatted(slug, "Other words."));
    }

    private static void assertFresh(JsonNode handshake) {
        assertThat(handshake.path("state").textValue()).as(handshake.toString()).isEqualTo("completed");
        assertThat(handshake.path("freshness").textValue()).isEqualTo("fresh");
    }

    @Test
    void anUpdateByPathIsOnEveryPageWhenItIsCompleted() throws Exception {
        published("by-path");
        JsonNode post = edited("by-path");
        ObjectNode event = RealSite.event("by-path", post);
        event.putArray("dependencies").add("").add("blog").add("category/craft");

        assertFresh(site.publish(event));

        for (String path : List.of("/blog/by-path", "/", "/blog", "/category/craft")) {
            assertThat(site.versionShown(path, "by-path"))
                    .as(path)
                    .hasValue(post.path("version").asLong());
        }
    }

    @Test
    void anUpdateByTagIsOnItsPageWhenItIsCompletedAndOnTheOthersOfTheTagOnceTheyWereVisited() throws Exception {
        published("by-tag");
        JsonNode post = edited("by-tag");
        ObjectNode event = RealSite.event("by-tag", post);
        event.putArray("tags").add("posts").add("post:by-tag");

        assertFresh(site.publish(event));

        assertThat(site.versionShown("/blog/by-tag", "by-tag"))
                .hasValue(post.path("version").asLong());
        await().atMost(LONG)
                .until(() -> site.versionShown("/blog", "by-tag").orElse(0L)
                        == post.path("version").asLong());
    }

    @Test
    void aNewPostAppearsThoughItsPageWasMissingBefore() throws Exception {
        assertThat(site.page("/blog/brand-new").statusCode()).isEqualTo(404);

        JsonNode post = published("brand-new");

        assertThat(site.page("/blog/brand-new").statusCode()).isEqualTo(200);
        assertThat(site.versionShown("/blog", "brand-new"))
                .hasValue(post.path("version").asLong());
    }

    @Test
    void anUnpublishedPostIsGone() throws Exception {
        published("to-be-gone");
        JsonNode gone = site.unpublish("to-be-gone");
        ObjectNode event = touching(RealSite.event("to-be-gone", gone));
        event.put("action", "unpublished");

        assertFresh(site.publish(event));

        assertThat(site.page("/blog/to-be-gone").statusCode()).isEqualTo(404);
        assertThat(site.versionShown("/blog", "to-be-gone")).isEmpty();
    }

    @Test
    void aPostWhoseSlugChangedIsAtItsNewAddressAndNotAtItsOld() throws Exception {
        published("old-name");
        JsonNode renamed = site.put("old-name", "{\"slug\":\"new-name\"}");
        ObjectNode event = touching(RealSite.event("new-name", renamed));
        event.put("previous_slug", "old-name");

        assertFresh(site.publish(event));

        assertThat(site.page("/blog/old-name").statusCode()).isEqualTo(404);
        assertThat(site.versionShown("/blog/new-name", "new-name"))
                .hasValue(renamed.path("version").asLong());
    }

    @Test
    void anInvalidationThatARenderOverwritesIsHealed() throws Exception {
        published("raced");
        int lost = 0;
        for (int round = 0; round < RACES; round++) {
            // given a render that has read the post before it is edited, and is stored after the invalidation
            JsonNode old = edited("raced");
            site.delayContent(Duration.ofMillis(400));
            long before = site.reads();
            String first = site.publishOnly(RealSite.event("raced", old));
            await().atMost(LONG).until(() -> site.reads() > before);
            JsonNode post = edited("raced");
            long wanted = post.path("version").asLong();

            // when
            String second = site.publishOnly(RealSite.event("raced", post));
            await().atMost(LONG).until(() -> !site.state(second).equals("pending"));
            if (site.versionShown("/blog/raced", "raced").orElse(0L) < wanted) {
                lost++;
            }
            JsonNode handshake = site.awaitEnd(second);

            // then
            assertFresh(handshake);
            assertThat(site.versionShown("/blog/raced", "raced"))
                    .as("round %d", round)
                    .hasValue(wanted);
            site.awaitEnd(first);
            site.delayContent(Duration.ZERO);
        }
        assertThat(lost).as("rounds in which the invalidation was lost").isPositive();
        Figures.say(
                "real site, invalidation raced by a slow render: lost in %d of %d rounds, fresh when completed in %d of %d",
                lost, RACES, RACES, RACES);
    }

    @Test
    void aSiteThatDiesBetweenItsYesAndItsCallbackIsAskedAgain() throws Exception {
        published("killed");
        JsonNode post = edited("killed");
        // given a site that has said yes, and cannot confirm because its content is slow
        site.delayContent(Duration.ofSeconds(3));
        String id = site.publishOnly(RealSite.event("killed", post));
        await().atMost(LONG).until(() -> site.cms().get(id, "").body().contains("\"state\":\"acknowledged\""));

        // when
        site.killSite();
        site.delayContent(Duration.ZERO);
        site.startSite();
        long backAt = System.nanoTime();
        JsonNode handshake = site.awaitEnd(id);

        // then
        Duration took = Duration.ofNanos(System.nanoTime() - backAt);
        assertFresh(handshake);
        assertThat(site.versionShown("/blog/killed", "killed"))
                .hasValue(post.path("version").asLong());
        Figures.say(
                "real site, killed between its 202 and its callback: completed %.1f s after it was back",
                took.toMillis() / 1e3);
    }

    @Test
    void contentThatIsAwayDuringAnUpdateIsWaitedForLongerThanThereAreAttempts() throws Exception {
        // given
        JsonNode old = published("away");
        JsonNode post = edited("away");
        site.failContent(true);
        long awayAt = System.nanoTime();
        String id = site.publishOnly(RealSite.event("away", post));
        await().atMost(LONG).until(() -> site.state(id).equals("acknowledged"));
        int seen = site.page("/blog/away").statusCode();
        assertThat(seen).as("what a visitor gets meanwhile").isEqualTo(200);
        assertThat(site.versionShown("/blog/away", "away"))
                .as("the old page stays")
                .hasValue(old.path("version").asLong());
        await().atMost(LONG).until(() -> site.deliveriesInVain(id) >= ATTEMPTS);
        assertThat(site.cms().get(id, "").body()).contains("/blog/away answered with status 500");

        // when
        site.failContent(false);
        long backAt = System.nanoTime();

        // then
        JsonNode handshake = site.awaitEnd(id);
        assertFresh(handshake);
        assertThat(handshake.path("attempts").asInt())
                .as("an outage uses up no attempts")
                .isEqualTo(1);
        assertThat(site.versionShown("/blog/away", "away"))
                .hasValue(post.path("version").asLong());
        Figures.say(
                "real site, content API down during an update for %.0f s (%d deliveries in vain, %d attempts allowed):"
                        + " a visitor sees %d meanwhile; completed fresh %.1f s after it was back",
                (backAt - awayAt) / 1e9, ATTEMPTS, ATTEMPTS, seen, (System.nanoTime() - backAt) / 1e9);
    }

    @Test
    void withoutFaultsEveryHandshakeCompletesFresh() throws Exception {
        published("control");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ids.add(site.publishOnly(touching(RealSite.event("control", edited("control")))));
        }
        for (String id : ids) {
            assertFresh(site.awaitEnd(id));
        }
        Figures.say("real site, without faults: %d of %d completed fresh", ids.size(), ids.size());
    }

    static Stream<Arguments> pathsThatNextTakes() {
        return Stream.of(
                Arguments.of("/blog/inputs?x=1", "/blog/inputs"),
                Arguments.of("/blog/inputs#top", "/blog/inputs"),
                Arguments.of("blog/inputs", "/blog/inputs"),
                Arguments.of("/blog/inputs/", "/blog/inputs"),
                Arguments.of("//blog/inputs", "/blog/inputs"),
                Arguments.of("/blog/%69nputs", "/blog/inputs"));
    }

    @ParameterizedTest
    @MethodSource("pathsThatNextTakes")
    void aPathInAnyUsualFormIsFresh(String given, String served) throws Exception {
        published("inputs");
        JsonNode post = edited("inputs");
        ObjectNode event = RealSite.event("inputs", post);
        event.putArray("paths").add(given);

        assertFresh(site.publish(event));

        assertThat(site.versionShown(served, "inputs"))
                .hasValue(post.path("version").asLong());
    }

    static Stream<Arguments> unusualSlugs() {
        return Stream.of(Arguments.of("käse-über-alles"), Arguments.of("two words"), Arguments.of("日本語"));
    }

    @ParameterizedTest
    @MethodSource("unusualSlugs")
    void aPostWithAnUnusualSlugIsFresh(String slug) throws Exception {
        String encoded = java.net.URLEncoder.encode(slug, java.nio.charset.StandardCharsets.UTF_8)
                .replace("+", "%20");
        site.put(encoded, POST.formatted(slug, "One."));
        JsonNode post = site.put(encoded, POST.formatted(slug, "Two."));

        assertFresh(site.publish(touching(RealSite.event(slug, post))));

        assertThat(site.page("/blog/" + encoded).body())
                .contains("content=\"post:" + slug + "@" + post.path("version").asLong() + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/blog/caf%C3%A9-%C3%A0-la-carte", "/blog/caf%c3%a9-%c3%a0-la-carte", "/blog/café-à-la-carte"})
    void aPathIsFreshHoweverItsLettersAreEncoded(String given) throws Exception {
        String slug = "café-à-la-carte";
        String encoded = "caf%C3%A9-%C3%A0-la-carte";
        site.put(encoded, POST.formatted(slug, "One."));
        JsonNode post = site.put(encoded, POST.formatted(slug, "Two."));
        ObjectNode event = RealSite.event(slug, post);
        event.putArray("paths").add(given);

        assertFresh(site.publish(event));
    }

    static Stream<Arguments> pathsThatNextWouldIgnore() {
        return Stream.of(
                Arguments.of("https://example.com/blog/a", "full URL"),
                Arguments.of("/blog/../secret", ".."),
                Arguments.of("/blog/%2e%2e/secret", ".."),
                Arguments.of("/blog/a,b", "comma"),
                Arguments.of("/" + "x".repeat(1_024), "1024"),
                Arguments.of("/blog/[slug]", "type"),
                Arguments.of("/blog/\u0007", "control"));
    }

    @ParameterizedTest
    @MethodSource("pathsThatNextWouldIgnore")
    void aPathThatNextWouldIgnoreIsRefusedWithAReason(String given, String reason) throws Exception {
        ObjectNode event = Json.newObject().put("type", "post").put("slug", "refused");
        event.putArray("paths").add(given);

        var answer = site.cms().post(Json.write(event));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Json.object(answer.body()).path("detail").textValue())
                .contains("paths[0]")
                .contains(reason);
    }

    @Test
    void aPathInTheWrongCaseIsNeverCompleted() throws Exception {
        published("cased");
        JsonNode post = edited("cased");
        ObjectNode event = RealSite.event("cased", post);
        event.putArray("paths").add("/blog/CASED");

        JsonNode handshake = site.publish(event);

        assertThat(handshake.path("state").textValue()).isEqualTo("failed");
        assertThat(handshake.path("last_error").path("message").textValue()).contains("/blog/CASED");
    }

    @Test
    void aRoutePatternWithItsTypeRefreshesEveryPageOfItOnceThatWasVisited() throws Exception {
        published("other-page");
        published("patterned");
        JsonNode other = edited("other-page");
        JsonNode post = edited("patterned");
        ObjectNode event = RealSite.event("patterned", post);
        event.putArray("paths")
                .add("/blog/patterned")
                .add(Json.newObject().put("path", "/blog/[slug]").put("type", "page"));

        assertFresh(site.publish(event));

        await("a page that only the pattern names")
                .atMost(LONG)
                .until(() -> site.versionShown("/blog/other-page", "other-page").orElse(0L)
                        == other.path("version").asLong());
    }

    @Test
    void theHomePageIsTheEmptyDependency() throws Exception {
        published("at-home");
        JsonNode post = edited("at-home");
        ObjectNode event = RealSite.event("at-home", post);
        event.putArray("dependencies").add("");

        assertFresh(site.publish(event));

        assertThat(site.versionShown("/", "at-home"))
                .hasValue(post.path("version").asLong());
    }
}
