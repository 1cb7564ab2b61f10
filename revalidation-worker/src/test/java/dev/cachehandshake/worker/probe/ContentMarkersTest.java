package dev.cachehandshake.worker.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.ContentVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentMarkersTest {
    private static final ContentVersion SEVEN = ContentVersion.parse("7");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<meta name='content-version' content='post:a@7'>                      | post:a",
                "<META NAME=\" Content-Version \" CONTENT=' post:a@7 '/>               | post:a",
                "<meta content=post:a@7 name=content-version>                          | post:a",
                "<body><p>late</p><meta name='content-version' content='post:a@7'>     | post:a",
                "<meta name='content-version' content='post:me@home@7'>                | post:me@home",
                "<meta name='content-version' content='post:caf&#233;&amp;co@7'>       | post:café&co",
            })
    void aMarkerIsFoundHoweverItIsWritten(String html, String entry) {
        assertThat(ContentMarkers.in(html).versionOf(entry, SEVEN)).hasValue(SEVEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no page at all",
                "<meta name='description' content='post:a@7'>",
                "<meta name='content-version' content='post:a'>",
                "<meta name='content-version' content='@7'>",
                "<meta name='content-version' content='post:a@'>",
                "<!-- <meta name='content-version' content='post:a@7'> -->",
                "<script>document.write(\"<meta name='content-version' content='post:a@7'>\")</script>",
                "<title><meta name='content-version' content='post:a@7'></title>",
            })
    void anythingElseIsNone(String html) {
        assertThat(ContentMarkers.in(html).shown()).isEmpty();
    }

    @Test
    void ofSeveralTheOneThatIsBehindCounts() {
        String html =
                "<meta name='content-version' content='post:a@8'><meta name='content-version' content='post:a@6'>";

        assertThat(ContentMarkers.in(html).versionOf("post:a", SEVEN)).hasValue(ContentVersion.parse("6"));
    }
}
