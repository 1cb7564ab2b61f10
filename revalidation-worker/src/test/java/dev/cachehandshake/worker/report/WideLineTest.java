package dev.cachehandshake.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WideLineTest {
    @Test
    void pairsStandInTheirOrderWithABlankBetween() {
        assertThat(new WideLine("id", "a-1").add("attempts", 3).add("slug", "über/uns"))
                .hasToString("id=a-1 attempts=3 slug=über/uns");
    }

    @Test
    void aPairWithoutAValueIsLeftOut() {
        assertThat(new WideLine("id", "a")
                        .add("version", Optional.<String>empty())
                        .add("error", Optional.of("no answer")))
                .hasToString("id=a error=\"no answer\"");
    }

    @Test
    void anEmptyValueIsSeen() {
        assertThat(new WideLine("slug", "")).hasToString("slug=\"\"");
    }

    @Test
    void blanksQuotesAndEqualsSignsAreQuoted() {
        assertThat(new WideLine("a", "b c")).hasToString("a=\"b c\"");
        assertThat(new WideLine("a", "say \"hi\"")).hasToString("a=\"say \\\"hi\\\"\"");
        assertThat(new WideLine("a", "b=c")).hasToString("a=\"b=c\"");
        assertThat(new WideLine("a", "b \\ c")).hasToString("a=\"b \\\\ c\"");
    }

    @Test
    void aLineBreakCannotForgeALine() {
        assertThat(new WideLine("a", "b\nhandshake completed id=x")).hasToString("a=\"b\\nhandshake completed id=x\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"b\tc", "b\rc", "b\u0000c", "b\u001bc", "b\u007fc", "b\u0085c", "b\u009bc"})
    void otherControlCharactersBecomeBlanks(String value) {
        assertThat(new WideLine("a", value)).hasToString("a=\"b c\"");
    }
}
