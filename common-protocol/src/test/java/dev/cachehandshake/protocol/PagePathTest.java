package dev.cachehandshake.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PagePathTest {
    @ParameterizedTest
    @ValueSource(strings = {"/", "/blog/a", "/100%25", "/what%3F", "/a%23b", "/%2525", "/\u00fc b", "/blog/"})
    void aPageIsAskedForByATextThatNormalisesToIt(String text) {
        PagePath page = ((PagePath.Normal) PagePath.normalise(RequestedPath.of(text))).path();

        assertThat(PagePath.normalise(page.asRequested())).isEqualTo(new PagePath.Normal(page));
    }

    private static PagePath normal(String text) {
        return normal(RequestedPath.of(text));
    }

    private static PagePath normal(RequestedPath requested) {
        PagePath.Verdict verdict = PagePath.normalise(requested);
        assertThat(verdict).as("verdict on %s", requested).isInstanceOf(PagePath.Normal.class);
        return ((PagePath.Normal) verdict).path();
    }

    private static RefusedPath refused(String text) {
        PagePath.Verdict verdict = PagePath.normalise(RequestedPath.of(text));
        assertThat(verdict).as("verdict on %s", text).isInstanceOf(PagePath.Refused.class);
        return ((PagePath.Refused) verdict).path();
    }

    @ParameterizedTest
    @CsvSource({
        "'', /",
        "/, /",
        "blog, /blog",
        "/blog, /blog",
        "//blog, /blog",
        "///, /",
        "blog/my-post, /blog/my-post",
        "blog?category=php, /blog",
        "/blog?a=1#b, /blog",
        "/blog#top, /blog",
        "?page=2, /",
        "#top, /",
        "/blog/caf%C3%A9, /blog/café",
        "/blog/café, /blog/café",
        "/a%20b, /a b",
        "/a%2Fb, /a/b",
        "%2Fblog, /blog",
        "/a%252Fb, /a%2Fb",
        "/100%, /100%",
        "/50%zz, /50%zz",
        "/bad%C3, /bad%C3",
        "/bad%FFutf, /bad%FFutf",
        "/..., /...",
        "/a..b, /a..b",
        "/blog/, /blog/",
        "mailto:someone, /mailto:someone",
        "/a+b, /a+b"
    })
    void isBroughtIntoTheFormThatNextHasAnEffectOn(String given, String expected) {
        assertThat(normal(given)).isEqualTo(new PagePath(expected, Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.com/blog", "http://x", "HTTPS://X/y", "ftp+x.y-z://host", "https://x/\n"})
    void aFullUrlIsRefused(String text) {
        assertThat(refused(text).reason()).contains("full URL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "/..", "/a/../b", "a/..", "%2e%2e/b", "/a%2F..", "/a/..?x"})
    void aStepUpwardsIsRefused(String text) {
        assertThat(refused(text).reason()).contains("\"..\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a\nb", "/a\u0000", "/a%00b", "/a%0d%0ab", "/\u007f", "/\u0085"})
    void aControlCharacterIsRefused(String text) {
        assertThat(refused(text).reason()).contains("control character");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a,b", "/a%2Cb"})
    void aCommaIsRefused(String text) {
        assertThat(refused(text).reason()).contains("comma");
    }

    @Test
    void aCommaInTheQueryIsNoHarm() {
        assertThat(normal("/a?x=1,2").value()).isEqualTo("/a");
    }

    @Test
    void theLengthIsBoundedAfterNormalising() {
        assertThat(normal("x".repeat(1023)).value()).hasSize(1024);
        assertThat(refused("x".repeat(1024)).reason()).contains("1025 characters");
        assertThat(normal("%78".repeat(1023)).value()).hasSize(1024);
        assertThat(normal("/x?" + "y".repeat(5000)).value()).isEqualTo("/x");
    }

    @Test
    void whatIsShownOfARefusedOneIsShort() {
        assertThat(refused("x".repeat(2000)).text()).isEqualTo("x".repeat(200) + "…");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/blog/[slug]", "/[...all]", "/[[...all]]", "/blog/%5Bslug%5D"})
    void aPatternNeedsItsType(String text) {
        assertThat(refused(text).reason()).contains("route pattern without its type");
        PagePath pattern = normal(new RequestedPath(text, Optional.of(PathType.PAGE)));
        assertThat(pattern.isPattern()).isTrue();
        assertThat(pattern.type()).hasValue(PathType.PAGE);
    }

    @Test
    void aRealPathMayHaveATypeAndIsNoPatternForIt() {
        assertThat(normal(new RequestedPath("/blog", Optional.of(PathType.LAYOUT)))
                        .isPattern())
                .isFalse();
        assertThat(normal("/a]b[c").isPattern()).isFalse();
    }

    @Test
    void typesHaveTheNamesThatNextGivesThem() {
        assertThat(PathType.fromWire("page")).hasValue(PathType.PAGE);
        assertThat(PathType.fromWire("layout")).hasValue(PathType.LAYOUT);
        assertThat(PathType.fromWire("PAGE")).isEmpty();
    }
}
