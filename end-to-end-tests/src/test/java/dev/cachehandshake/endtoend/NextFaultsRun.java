package dev.cachehandshake.endtoend;

import static dev.cachehandshake.endtoend.NextVersionsTest.POST;
import static dev.cachehandshake.endtoend.NextVersionsTest.assertFresh;
import static dev.cachehandshake.endtoend.NextVersionsTest.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachehandshake.endtoend.NextVersionsTest.By;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Both routers of two versions of Next.js, with faults: minutes of them, so {@code ./handshake test --next} runs it. */
class NextFaultsRun {
    private static final Duration LONG = Duration.ofMinutes(2);

    private static ForgetfulFront front;
    private static RealSite site;

    @BeforeAll
    static void startAll() throws Exception {
        front = ForgetfulFront.start();
        site = RealSite.up(NextSite.APP_15, Map.of("NEXTJS_URL", front.url().toString()));
        front.standBefore(site.url());
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
        NextFault.Update update = fault.update(site, front, slug);
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

    /** Next.js stores whatever ends last; the page that was proven is to stay. */
    @ParameterizedTest
    @EnumSource
    void anOldRenderThatOutlivesTheHandshake(NextSite next) throws Exception {
        // given the first visitor of a page, whose render has read what is old, and takes longer than all others
        site.show(next);
        String slug = slug(next + "-outlived");
        site.put(slug, POST.formatted(slug, "Old words."));
        site.delayContent(Duration.ofSeconds(2));
        long before = site.reads();
        CompletableFuture<Integer> visitor = visit("/blog/" + slug);
        await().atMost(LONG).until(() -> site.reads() > before);
        site.delayContent(Duration.ZERO);

        // when
        JsonNode post = site.put(slug, POST.formatted(slug, "New words."));
        JsonNode handshake = site.publish(By.PATH.touch(RealSite.event(slug, post)));
        String order = visitor.isDone() ? "before" : "after";

        // then
        assertFresh(handshake);
        assertThat(visitor.get()).isEqualTo(200);
        boolean fresh = site.versionShown("/blog/" + slug, slug).equals(Optional.of(version(post)));
        Figures.say(
                "%s, an old render that ends %s the handshake: the page then shows the %s version",
                next, order, fresh ? "new" : "old");
        assertThat(fresh).isTrue();
    }

    /** By path it is made anew once that render has ended. What only a tag names is not read: that is measured, and promised to nobody. */
    @ParameterizedTest
    @MethodSource("racesOfLists")
    void anOldRenderOfTheListThatAVisitorAskedFor(NextSite next, By by, boolean isNew) throws Exception {
        // given a list that is outdated, whose next visitor asks for a render that reads what is old
        site.show(next);
        String slug = slug(next + "-list-" + by + "-" + isNew);
        JsonNode other = site.put(slug + "-other", POST.formatted(slug, "Other words."));
        if (!isNew) {
            assertFresh(site.publish(
                    By.PATH.touch(RealSite.event(slug, site.put(slug, POST.formatted(slug, "Old words."))))));
        }
        assertFresh(site.publish(By.TAG.touch(RealSite.event(slug + "-other", other))));
        site.delayContent(Duration.ofMillis(400));
        long before = site.reads();
        CompletableFuture<Integer> visitor = visit("/blog");
        await().atMost(LONG).until(() -> site.reads() > before);

        // when
        JsonNode post = site.put(slug, POST.formatted(slug, "New words."));
        JsonNode handshake = site.publish(by.touch(RealSite.event(slug, post)));

        // then
        assertFresh(handshake);
        assertThat(visitor.get()).isEqualTo(200);
        site.delayContent(Duration.ZERO);
        Optional<Long> wanted = Optional.of(version(post));
        boolean atOnce = site.versionShown("/blog", slug).equals(wanted);
        long completedAt = System.nanoTime();
        await("the list shows it")
                .atMost(LONG)
                .until(() -> site.versionShown("/blog", slug).equals(wanted));
        Figures.say(
                "%s, %s by %s, while a visitor's render of the list has read what is old: the list shows it %s",
                next,
                isNew ? "a new post" : "an update",
                by.toString().toLowerCase(Locale.ROOT),
                atOnce ? "at once" : "%.1f s later".formatted((System.nanoTime() - completedAt) / 1e9));
        assertThat(atOnce || by == By.TAG)
                .as("on the list, which a path names, at once")
                .isTrue();
    }

    static Stream<Arguments> racesOfLists() {
        return Stream.of(NextSite.APP_15, NextSite.APP_16)
                .flatMap(next -> Stream.of(By.PATH, By.TAG, By.BOTH)
                        .flatMap(by -> Stream.of(false, true).map(isNew -> Arguments.of(next, by, isNew))));
    }

    private static CompletableFuture<Integer> visit(String path) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return site.page(path).statusCode();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(stopped);
            }
        });
    }

    private static String slug(String words) {
        return words.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }

    private static String words(NextFault fault) {
        return fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
