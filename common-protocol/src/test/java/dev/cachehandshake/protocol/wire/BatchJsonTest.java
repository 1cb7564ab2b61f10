package dev.cachehandshake.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PathRules;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchJsonTest {
    private static String request(String json) {
        Job job = JobJson.read(json);
        return BatchJson.writeRequest(
                "batch-1",
                "default",
                "nextjs",
                false,
                List.of(new BatchJson.Entry(job, PathRules.DEFAULT.touchedBy(job))));
    }

    private static BatchJson.Answer answer(String json) {
        return BatchJson.readAnswer(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anEntryIsTheJobAndWhatItTouches() {
        assertThat(request("{\"revalidation_id\":\"a\",\"type\":\"post\",\"slug\":\"hello\","
                        + "\"dependencies\":[\"blog\",\"\"],\"version\":7}"))
                .isEqualTo(
                        "{\"batch_id\":\"batch-1\",\"site\":\"default\",\"target\":\"nextjs\",\"handshakes\":["
                                + "{\"revalidation_id\":\"a\",\"type\":\"post\",\"slug\":\"hello\",\"dependencies\":[\"blog\",\"\"],"
                                + "\"version\":7,\"paths\":[\"/blog/hello\",\"/blog\",\"/\"],\"tags\":[],\"action\":\"updated\"}]}");
    }

    @Test
    void aForeignJobsMembersArriveAsTheyAre() {
        assertThat(
                        request(
                                "{\"revalidation_id\":\"a\",\"type\":\"t\",\"slug\":\"s\","
                                        + "\"big\":12345678901234567890123,\"price\":1.10,\"tiny\":1.0000000000000000000001,"
                                        + "\"empty\":[],\"map\":{},\"nothing\":null,\"text\":\"é\\u2028\",\"nested\":{\"a\":[1,{\"b\":2.50}]}}"))
                .contains("\"big\":12345678901234567890123,")
                .contains("\"price\":1.10,")
                .contains("\"tiny\":1.0000000000000000000001,")
                .contains("\"empty\":[],\"map\":{},\"nothing\":null,")
                .contains("\"nested\":{\"a\":[1,{\"b\":2.50}]}");
    }

    @Test
    void patternsKeepTheirTypeAndTagsStay() {
        assertThat(request("{\"revalidation_id\":\"a\",\"type\":\"t\",\"slug\":\"s\",\"tags\":[\"x\"],"
                        + "\"paths\":[\"/s\",{\"path\":\"/[slug]\",\"type\":\"layout\"}]}"))
                .contains("\"paths\":[\"/s\",{\"path\":\"/[slug]\",\"type\":\"layout\"}]")
                .contains("\"tags\":[\"x\"]");
    }

    @Test
    void anAnswerSaysWhatBecameOfEach() {
        assertThat(answer("{\"replica\":\"r1\",\"build_id\":\"b1\",\"results\":["
                        + "{\"revalidation_id\":\"a\",\"status\":\"accepted\"},"
                        + "{\"revalidation_id\":\"b\",\"status\":\"rejected\",\"reason\":\"no such site\"},"
                        + "{\"revalidation_id\":\"c\",\"status\":\"perhaps\"},7]}"))
                .isEqualTo(new BatchJson.Answer(
                        Optional.of("r1"),
                        Optional.of("b1"),
                        Map.of(
                                "a", new BatchJson.Result(true, Optional.empty()),
                                "b", new BatchJson.Result(false, Optional.of("no such site")))));
    }

    @Test
    void replicaAndBuildMayBeMissing() {
        assertThat(answer("{\"results\":[]}"))
                .isEqualTo(new BatchJson.Answer(Optional.empty(), Optional.empty(), Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "[]", "{}", "{\"results\":{}}", "{\"results\":null}"})
    void whatIsNoAnswerIsRefused(String json) {
        assertThatThrownBy(() -> answer(json)).isInstanceOf(MalformedWireException.class);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        assertThatThrownBy(() -> BatchJson.readAnswer(new byte[] {'{', '"', (byte) 0xe9, '"', ':', '1', '}'}))
                .isInstanceOf(MalformedWireException.class);
    }
}
