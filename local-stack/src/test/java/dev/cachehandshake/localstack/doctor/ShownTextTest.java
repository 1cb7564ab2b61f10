package dev.cachehandshake.localstack.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownTextTest {
    private static String asRead(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @Test
    void bytesAreShownAsTheTextTheyAreAndNoneMovesTheCursor() {
        assertThat(ShownText.of(asRead("größe-日本"))).isEqualTo("größe-日本");
        assertThat(ShownText.of("a\u001b[2Jb\n")).isEqualTo("a\uFFFD[2Jb\uFFFD");
    }

    @Test
    void aSubjectIsOneWordOfAShell() {
        assertThat(ShownText.quoted("hello-1")).isEqualTo("hello-1");
        assertThat(ShownText.quoted("a b; rm -rf $HOME")).isEqualTo("'a b; rm -rf $HOME'");
        assertThat(ShownText.quoted("it's")).isEqualTo("'it'\\''s'");
    }

    @ParameterizedTest
    @CsvSource({"PT0.9S,0 s", "PT59S,59 s", "PT200S,3 min 20 s", "PT2H5M9S,2 h 5 min", "P3DT4H,3 d 4 h"})
    void aDurationHasItsTwoLargestUnits(Duration duration, String shown) {
        assertThat(ShownText.duration(duration)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "1023,1023 B", "1024,1.0 KB", "153600,150 KB", "5767168,5.5 MB", "4398046511104,4.0 TB"})
    void bytesAreShownInTheUnitThatFits(double bytes, String shown) {
        assertThat(ShownText.bytes(bytes)).isEqualTo(shown);
    }
}
