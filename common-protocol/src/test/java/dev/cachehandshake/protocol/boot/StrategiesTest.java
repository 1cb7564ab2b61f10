package dev.cachehandshake.protocol.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.PagePath;
import dev.cachehandshake.protocol.RequestedPath;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which class a page belongs to. */
class StrategiesTest {
    private static final StrategySettings.OfClass NOTHING_SET = setFor(null);

    private static StrategySettings.OfClass setFor(List<String> paths) {
        return new StrategySettings.OfClass(paths, null, null, null, null, null, null, null);
    }

    private static PagePath page(String path) {
        return ((PagePath.Normal) PagePath.normalise(RequestedPath.of(path))).path();
    }

    @ParameterizedTest
    @CsvSource({
        "/, URGENT",
        "/blog/a, NORMAL",
        "/blog/100%, NORMAL",
        "/blog/100%25, NORMAL",
        "/blog/a;b=c, NORMAL",
        "/blog/ä ö, NORMAL",
        "/about, LOW",
        "/100%zz, LOW"
    })
    void byDefaultTheHomePageIsUrgentAndTheBlogNormalWhateverIsInItsName(String path, DeliveryClass expected) {
        Strategies strategies = new StrategySettings(NOTHING_SET, NOTHING_SET, NOTHING_SET).strategies();

        assertThat(strategies.classOf(page(path))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"/sale/a;b, URGENT", "/sale/a, LOW", "/sale/a%3Bb, URGENT"})
    void aSemicolonIsAPartOfAName(String path, DeliveryClass expected) {
        Strategies strategies =
                new StrategySettings(setFor(List.of("/sale/*b")), NOTHING_SET, NOTHING_SET).strategies();

        assertThat(strategies.classOf(page(path))).isEqualTo(expected);
    }
}
