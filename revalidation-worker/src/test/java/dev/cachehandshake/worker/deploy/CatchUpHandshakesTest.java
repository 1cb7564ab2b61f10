package dev.cachehandshake.worker.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.PagePath;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.PathType;
import dev.cachehandshake.protocol.RevalidationMode;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.DueDeployments;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.replica.ChangedContent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CatchUpHandshakesTest {
    private static final Instant DUE = Instant.parse("2026-01-01T12:00:00Z");
    private static final DueDeployments.Due DEPLOYMENT = deployment("d1", DUE);

    private final CatchUpHandshakes handshakes =
            new CatchUpHandshakes(PathRules.DEFAULT, TargetSettings.Protocol.BATCH);

    private static DueDeployments.Due deployment(String id, Instant due) {
        return new DueDeployments.Due("default", id, due.minusSeconds(60), due, "seen");
    }

    private static PagePath page(String path) {
        return new PagePath(path, Optional.empty());
    }

    private static PagePath page(String path, PathType type) {
        return new PagePath(path, Optional.of(type));
    }

    private static List<PagePath> touched(Acceptance acceptance) {
        return acceptance.touched().all();
    }

    private List<Acceptance> of(List<PagePath> pages, List<String> tags) {
        return handshakes.of(DEPLOYMENT, new ChangedContent(new LinkedHashSet<>(pages), new LinkedHashSet<>(tags)));
    }

    @Test
    void nothingChangedIsNoHandshake() {
        assertThat(of(List.of(), List.of())).isEmpty();
    }

    @Test
    void pagesComeInPartsOfAHundred() {
        List<PagePath> pages =
                IntStream.range(0, 201).mapToObj(i -> page("/p/" + i)).toList();

        List<Acceptance> all = of(pages, List.of());

        assertThat(all).extracting(one -> touched(one).size()).containsExactly(100, 100, 1);
        assertThat(all.stream().flatMap(one -> touched(one).stream())).containsExactlyInAnyOrderElementsOf(pages);
        assertThat(all).allSatisfy(one -> {
            assertThat(one.isChange()).isFalse();
            assertThat(one.job().id().isUrlSafe()).isTrue();
            assertThat(one.job().dependencies()).isEmpty();
        });
    }

    @Test
    void patternsAndTagsGoApartForASiteThatHasNoWordForThemAndAreLedByTheHomePage() {
        List<Acceptance> all = of(
                List.of(
                        page("/blog/[slug]", PathType.PAGE),
                        page("/docs", PathType.LAYOUT),
                        page("/a"),
                        page("/b", PathType.PAGE)),
                IntStream.range(0, 100).mapToObj(i -> "tag" + i).toList());

        assertThat(all).hasSize(4);
        assertThat(touched(all.get(0))).containsExactly(page("/a"), page("/b", PathType.PAGE));
        assertThat(touched(all.get(1)))
                .containsExactly(page("/"), page("/blog/[slug]", PathType.PAGE), page("/docs", PathType.LAYOUT));
        assertThat(touched(all.get(2))).containsExactly(page("/"));
        assertThat(all.get(2).job().tags()).hasSize(99);
        assertThat(all.get(3).job().tags()).hasSize(1);
    }

    @Test
    void nobodyMayGetTheOldPagesThatOnlyAPatternOrATagNames() {
        List<Acceptance> all = of(List.of(page("/a"), page("/blog/[slug]", PathType.PAGE)), List.of("tag"));

        assertThat(all)
                .extracting(one -> one.job().mode())
                .containsExactly(
                        Optional.empty(), Optional.of(RevalidationMode.EXPIRE), Optional.of(RevalidationMode.EXPIRE));
        assertThat(handshakes.ofEverything(DEPLOYMENT).getFirst().job().mode()).hasValue(RevalidationMode.EXPIRE);
    }

    @Test
    void theSameIsMadeAgainInWhateverOrderItChanged() {
        List<PagePath> pages = new ArrayList<>(
                IntStream.range(0, 150).mapToObj(i -> page("/p/" + i)).toList());
        List<Acceptance> once = of(pages, List.of("a", "b"));
        Collections.reverse(pages);

        assertThat(of(pages, List.of("b", "a"))).isEqualTo(once);
    }

    @Test
    void whatAnotherDeploymentOrALaterEndHasDeliveredIsNotTheSame() {
        ChangedContent changed = new ChangedContent(Set.of(page("/a")), Set.of());

        assertThat(List.of(
                        handshakes.of(deployment("d1", DUE), changed),
                        handshakes.of(deployment("d2", DUE), changed),
                        handshakes.of(deployment("d1", DUE.plusMillis(1)), changed)))
                .extracting(all -> all.getFirst().job().id())
                .doesNotHaveDuplicates();
    }

    @Test
    void aPageIsAskedForByATextThatMeansItAgain() {
        List<PagePath> pages = List.of(page("/100%"), page("/a#b"), page("/why?"));

        assertThat(touched(of(pages, List.of()).getFirst())).containsExactlyElementsOf(pages);
    }

    @Test
    void whatNoSiteCanTakeIsLeftOut() {
        List<Acceptance> all = of(
                List.of(page("no slash"), page(""), page("/a,b"), page("/[x]"), page("/../y"), page("/good")),
                List.of("", "a,b", "x".repeat(257), "good"));

        assertThat(all).hasSize(2);
        assertThat(touched(all.getFirst())).containsExactly(page("/good"));
        assertThat(all.getLast().job().tags()).containsExactly("good");
    }

    @Test
    void toAHandWrittenRoutePagesAreToldAsDependenciesToo() {
        CatchUpHandshakes single = new CatchUpHandshakes(PathRules.DEFAULT, TargetSettings.Protocol.SINGLE);

        Acceptance one = single.of(
                        DEPLOYMENT,
                        new ChangedContent(new LinkedHashSet<>(List.of(page("/"), page("/blog/a"))), Set.of()))
                .getFirst();

        assertThat(one.job().dependencies()).containsExactly("", "blog/a");
        assertThat(touched(one)).containsExactly(page("/"), page("/blog/a"));
        assertThat(single.ofEverything(DEPLOYMENT).getFirst().job().dependencies())
                .containsExactly("");
    }
}
