package dev.cachehandshake.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentVersionTest {
    private static boolean atLeast(String seen, String wanted) {
        return ContentVersion.parse(seen).isAtLeast(ContentVersion.parse(wanted));
    }

    @ParameterizedTest
    @CsvSource({
        "7, 7, true",
        "8, 7, true",
        "6, 7, false",
        "10, 9, true",
        "007, 7, true",
        "-1, 0, false",
        "123456789012345678901234567890, 123456789012345678901234567889, true",
        "9007199254740992, 9007199254740993, false",
        "2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z, true",
        "2026-01-01T00:00:01Z, 2026-01-01T00:00:00Z, true",
        "2026-01-01T00:00:00Z, 2026-01-01T00:00:01Z, false",
        "2026-01-01T01:00:00+01:00, 2026-01-01T00:00:00Z, true",
        "2026-01-01 00:00:00.5z, 2026-01-01T00:00:00.499Z, true",
        "2026-01-01t00:00:00Z, 2026-01-01T00:00:00Z, true",
        "abc, abc, true",
        "abd, abc, false",
        "abc, abd, false",
        "v7, v6, false",
        "7, abc, false",
        "abc, 7, false",
        "2026-01-01T00:00:00Z, 7, false",
        "7.5, 7, false",
    })
    void comparesByItsForm(String seen, String wanted, boolean atLeast) {
        assertThat(atLeast(seen, wanted)).isEqualTo(atLeast);
        assertThat(ContentVersion.parse(seen).isBehind(ContentVersion.parse(wanted)))
                .isEqualTo(!atLeast);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00+99:00", "2026-01-01"})
    void whatIsOnlyShapedLikeATimeIsAText(String text) {
        assertThat(ContentVersion.parse(text)).isEqualTo(new ContentVersion.Opaque(text));
    }

    @Test
    void theTextStaysAsItCame() {
        assertThat(ContentVersion.parse("007").text()).isEqualTo("007");
        assertThat(ContentVersion.parse("2026-01-01 00:00:00z").text()).isEqualTo("2026-01-01 00:00:00z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "\u0000", "a\u0085"})
    void someTextsAreNoVersion(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ContentVersion.parse(text));
    }

    @Test
    void theLengthIsBounded() {
        assertThat(ContentVersion.parse("x".repeat(200)).text()).hasSize(200);
        assertThatIllegalArgumentException().isThrownBy(() -> ContentVersion.parse("x".repeat(201)));
    }
}
