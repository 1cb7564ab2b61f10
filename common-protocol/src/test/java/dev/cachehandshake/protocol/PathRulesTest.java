package dev.cachehandshake.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachehandshake.protocol.wire.JobJson;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathRulesTest {
    private static Job job(String type, String slug, String more) {
        return JobJson.read(
                "{\"revalidation_id\":\"a\",\"type\":\"%s\",\"slug\":\"%s\"%s}".formatted(type, slug, more));
    }

    private static List<String> pages(PathRules rules, Job job) {
        return rules.touchedBy(job).all().stream().map(PagePath::value).toList();
    }

    @ParameterizedTest
    @CsvSource({"post, my-post, /blog/my-post", "product, p1, /product/p1", "post, 2026/my-post, /blog/2026/my-post"})
    void thePrimaryPathIsTheSlugUnderThePrefixOfItsType(String type, String slug, String expected) {
        assertThat(PathRules.DEFAULT.touchedBy(job(type, slug, "")).primary().value())
                .isEqualTo(expected);
    }

    @Test
    void prefixesAreASetting() {
        PathRules rules = new PathRules(Map.of("post", "/articles", "page", ""));

        assertThat(pages(rules, job("post", "a", ""))).containsExactly("/articles/a");
        assertThat(pages(rules, job("page", "about", ""))).containsExactly("/about");
        assertThat(pages(rules, job("other", "x", ""))).containsExactly("/other/x");
    }

    @Test
    void thePathsOfTheEventComeFirstThenThePreviousPageThenTheDependencies() {
        Job job = job(
                "post",
                "new",
                ",\"paths\":[\"/first\",\"second\"],\"previous_slug\":\"old\","
                        + "\"dependencies\":[\"blog?category=php\",\"blog\",\"\",\"/second\"]");

        assertThat(pages(PathRules.DEFAULT, job)).containsExactly("/first", "/second", "/blog/old", "/blog", "/");
    }

    @Test
    void patternsKeepTheirType() {
        Job job = job("post", "a", ",\"paths\":[\"/blog/a\",{\"path\":\"/blog/[slug]\",\"type\":\"page\"}]");

        assertThat(PathRules.DEFAULT.touchedBy(job).all())
                .containsExactly(
                        new PagePath("/blog/a", Optional.empty()),
                        new PagePath("/blog/[slug]", Optional.of(PathType.PAGE)));
    }

    @Test
    void aRefusedDependencyIsReportedAndNoMore() {
        Job job = job("post", "a", ",\"dependencies\":[\"blog\",\"a,b\",7,\"/x/../y\"]");

        TouchedPaths touched = PathRules.DEFAULT.touchedBy(job);

        assertThat(touched.all()).extracting(PagePath::value).containsExactly("/blog/a", "/blog");
        assertThat(touched.refused()).extracting(RefusedPath::text).containsExactly("7", "a,b", "/x/../y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,b", "../secret", "https://elsewhere/x", "[slug]", "?x", "a%00b"})
    void aSlugThatIsNoPathFailsTheHandshake(String slug) {
        Job job = job("post", slug, "");

        assertThatThrownBy(() -> PathRules.DEFAULT.touchedBy(job))
                .isInstanceOf(RefusedPrimaryPathException.class)
                .hasMessageContaining(slug);
    }

    @Test
    void aRefusedFirstPathFailsTheHandshakeThoughTheOthersWouldDo() {
        Job job = job("post", "a", ",\"paths\":[\"https://x/y\",\"/fine\"]");

        assertThatThrownBy(() -> PathRules.DEFAULT.touchedBy(job))
                .isInstanceOfSatisfying(
                        RefusedPrimaryPathException.class,
                        refused -> assertThat(refused.path().text()).isEqualTo("https://x/y"));
    }

    @Test
    void aPatternCannotBeThePrimaryPathForNoPageCouldProveIt() {
        Job job = job("post", "a", ",\"paths\":[{\"path\":\"/blog/[slug]\",\"type\":\"page\"}]");

        assertThatThrownBy(() -> PathRules.DEFAULT.touchedBy(job))
                .isInstanceOf(RefusedPrimaryPathException.class)
                .hasMessageContaining("put one real page first");
    }

    @Test
    void aBadPreviousSlugIsReportedAndNoMore() {
        TouchedPaths touched = PathRules.DEFAULT.touchedBy(job("post", "a", ",\"previous_slug\":\"x,y\""));

        assertThat(touched.all()).hasSize(1);
        assertThat(touched.refused()).hasSize(1);
    }

    @Test
    void theSlugDoesNotCountWhereThePathsSayIt() {
        assertThat(pages(PathRules.DEFAULT, job("post", "a,b", ",\"paths\":[\"/x\"]")))
                .containsExactly("/x");
    }
}
