package dev.cachehandshake.endtoend;

import static dev.cachehandshake.endtoend.NextVersionsTest.POST;
import static dev.cachehandshake.endtoend.NextVersionsTest.assertFresh;
import static dev.cachehandshake.endtoend.NextVersionsTest.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachehandshake.endtoend.NextVersionsTest.By;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both routers of two versions of Next.js, with faults: minutes of them, so {@code ./handshake test --next} runs it. */
class NextFaultsRun {
    private static final Duration LONG = Duration.ofMinutes(2);

    private static DeafDoor door;
    private static RealSite site;

    @BeforeAll
    static void startAll() throws Exception {
        door = DeafDoor.open();
        site = RealSite.up(NextSite.APP_15, Map.of("NEXTJS_URL", door.url().toString()));
        door.standBefore(site.url());
    }

    @AfterAll
    static void stopAll() {
        site.close();
        door.close();
    }

    @BeforeEach
    void contentIsHealthy() throws Exception {
        site.failContent(false);
        site.delayContent(Duration.ZERO);
    }

    /** One site after the other. */
    static Stream<Arguments> faults() {
        return Stream.of(NextSite.values())
                .flatMap(next -> Stream.of(NextFault.values()).map(fault -> Arguments.of(next, fault)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("faults")
    void whateverGoesWrongAnUpdateIsOnEveryTouchedPageWhenItIsCompleted(NextSite next, NextFault fault)
            throws Exception {
        // given
        site.show(next);
        String slug = slug(next + "-" + fault);
        JsonNode old = site.put(slug, POST.formatted(slug, "Old words."));
        assertFresh(site.publish(By.PATH.touch(RealSite.event(slug, old))));

        // when
        NextFault.Update update = fault.update(site, door, slug);
        JsonNode handshake = site.awaitEnd(update.id());
        long took = update.tookNanos() < 0 ? System.nanoTime() - update.begunAt() : update.tookNanos();

        // then
        assertFresh(handshake);
        for (String path : List.of("/blog/" + slug, "/blog")) {
            assertThat(site.versionShown(path, slug)).as(path).hasValue(update.wanted());
        }
        Figures.say("%s, %s: completed fresh after %.1f s", next, words(fault), took / 1e9);
    }

    /** Tags leave the old page until the new one is made where there is a way to. */
    static Stream<Arguments> refreshes() {
        return Stream.of(NextSite.values())
                .flatMap(next -> Stream.of(By.PATH, By.TAG)
                        .filter(by -> by == By.PATH || next.refreshesTags() || next.isPagesRouter())
                        .map(by -> Arguments.of(next, by)));
    }

    @ParameterizedTest(name = "{0}: by {1}")
    @MethodSource("refreshes")
    void whileTheContentIsAwayNoVisitorGetsAnError(NextSite next, By by) throws Exception {
        // given
        site.show(next);
        String slug = slug(next + "-away-" + by);
        JsonNode old = site.put(slug, POST.formatted(slug, "Old words."));
        assertFresh(site.publish(By.PATH.touch(RealSite.event(slug, old))));
        JsonNode post = site.put(slug, POST.formatted(slug, "New words."));
        int visits;
        int failures;
        try (Visitor visitor = Visitor.of(site, List.of("/blog/" + slug, "/blog"))) {
            // when
            site.failContent(true);
            String id = site.publishOnly(by.touch(RealSite.event(slug, post)));
            await().atMost(LONG).until(() -> site.deliveriesInVain(id) > 0);
            site.failContent(false);

            // then
            assertFresh(site.awaitEnd(id));
            assertThat(site.versionShown("/blog/" + slug, slug)).hasValue(version(post));
            visits = visitor.visits();
            failures = visitor.failures();
        }
        assertThat(failures)
                .as("errors that visitors got, of %d visits", visits)
                .isZero();
        Figures.say(
                "%s, content API down during an update by %s: %d of %d visits got an error",
                next, by.toString().toLowerCase(Locale.ROOT), failures, visits);
    }

    private static String slug(String words) {
        return words.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }

    private static String words(NextFault fault) {
        return fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
