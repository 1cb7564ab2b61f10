package dev.cachehandshake.worker.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.wire.JobJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which earlier edit of a page a later one brings up to date as well. */
class CoveringTest {
    private final Covering covering = new Covering(PathRules.DEFAULT, null);

    private static Job job(String more) {
        return JobJson.read("{\"revalidation_id\":\"x\",\"type\":\"post\",\"slug\":\"a\"" + more + "}");
    }

    @ParameterizedTest(name = "a later one with {0} covers an earlier one with {1}")
    @CsvSource({
        "'',''",
        "',\"version\":2',',\"version\":1'",
        "',\"version\":2',',\"version\":2'",
        "',\"version\":2',''",
        "',\"version\":\"2026-01-02T00:00:00Z\"',',\"version\":\"2026-01-01T00:00:00Z\"'",
        "',\"version\":\"b\"',',\"version\":\"a\"'",
        "',\"tags\":[\"t\",\"u\"]',',\"tags\":[\"t\"]'",
        "',\"dependencies\":[\"blog\",\"\"]',',\"dependencies\":[\"blog\"]'",
        "',\"action\":\"updated\"',',\"action\":\"published\"'",
        "',\"action\":\"deleted\"',',\"version\":7'",
        "',\"mode\":\"expire\"',''",
        "',\"mode\":\"expire\"',',\"mode\":\"refresh\"'",
        "',\"action\":\"unpublished\"',',\"mode\":\"expire\"'",
        "',\"previous_slug\":\"b\"',',\"previous_slug\":\"b\"'"
    })
    void covers(String later, String earlier) {
        assertThat(covering.covers(job(later), job(earlier))).isTrue();
    }

    @ParameterizedTest(name = "a later one with {0} does not cover an earlier one with {1}")
    @CsvSource({
        "',\"version\":1',',\"version\":2'",
        "'',',\"version\":1'",
        "',\"version\":\"b\"',',\"version\":1'",
        "',\"version\":3',',\"version\":\"2026-01-01T00:00:00Z\"'",
        "',\"tags\":[\"t\"]',',\"tags\":[\"t\",\"u\"]'",
        "',\"dependencies\":[\"blog\"]',',\"dependencies\":[\"blog\",\"\"]'",
        "'',',\"previous_slug\":\"b\"'",
        "',\"dry_run\":true',''",
        "'',',\"dry_run\":true'",
        "'',',\"mode\":\"expire\"'",
        "'',',\"action\":\"unpublished\"'",
        "',\"site\":\"shop\"',''"
    })
    void doesNotCover(String later, String earlier) {
        assertThat(covering.covers(job(later), job(earlier))).isFalse();
    }

    @Test
    void anotherEntryOnTheSamePageIsNotCovered() {
        Job other =
                JobJson.read("{\"revalidation_id\":\"y\",\"type\":\"page\",\"slug\":\"b\",\"paths\":[\"/blog/a\"]}");

        assertThat(covering.covers(job(",\"paths\":[\"/blog/a\"]"), other)).isFalse();
    }
}
