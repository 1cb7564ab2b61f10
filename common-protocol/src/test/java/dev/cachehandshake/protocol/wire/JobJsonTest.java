package dev.cachehandshake.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachehandshake.protocol.ContentAction;
import dev.cachehandshake.protocol.ContentVersion;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PathType;
import dev.cachehandshake.protocol.RefusedPath;
import dev.cachehandshake.protocol.RequestedPath;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.RevalidationMode;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobJsonTest {
    private static final String FULL = "{\"revalidation_id\":\"a\",\"type\":\"post\",\"slug\":\"hello\","
            + "\"dependencies\":[\"blog?category=php\",\"blog\",\"\"],\"site\":\"shop\",\"version\":7,"
            + "\"action\":\"unpublished\",\"mode\":\"refresh\",\"paths\":[\"/x\",{\"path\":\"/blog/[slug]\",\"type\":\"page\"}],"
            + "\"tags\":[\"posts\",\"t2\"],\"previous_slug\":\"old\",\"dry_run\":true}";

    @Test
    void everythingThatAJobCanSayIsRead() {
        Job job = JobJson.read(FULL);

        assertThat(job.id().value()).isEqualTo("a");
        assertThat(job.type()).isEqualTo("post");
        assertThat(job.slug()).isEqualTo("hello");
        assertThat(job.site()).isEqualTo("shop");
        assertThat(job.version()).hasValue(new ContentVersion.Counted("7", BigInteger.valueOf(7)));
        assertThat(job.action()).isEqualTo(ContentAction.UNPUBLISHED);
        assertThat(job.mode()).hasValue(RevalidationMode.REFRESH);
        assertThat(job.paths())
                .containsExactly(RequestedPath.of("/x"), new RequestedPath("/blog/[slug]", Optional.of(PathType.PAGE)));
        assertThat(job.tags()).containsExactly("posts", "t2");
        assertThat(job.dependencies()).containsExactly("blog?category=php", "blog", "");
        assertThat(job.previousSlug()).hasValue("old");
        assertThat(job.dryRun()).isTrue();
        assertThat(job.unreadablePaths()).isEmpty();
        assertThat(job.json()).isEqualTo(FULL);
    }

    @Test
    void writingIsTheInverseOfReading() {
        assertThat(JobJson.write(JobJson.read(FULL))).isEqualTo(FULL);
    }

    @Test
    void theOriginalsJobIsEnough() {
        String original = "{\"revalidation_id\": \"r1\", \"type\": \"post\", \"slug\": \"my-post\", "
                + "\"dependencies\": [\"blog?category=php\", \"blog\", \"\"]}";

        Job job = JobJson.read(original);

        assertThat(job.site()).isEqualTo("default");
        assertThat(job.action()).isEqualTo(ContentAction.UPDATED);
        assertThat(job.version()).isEmpty();
        assertThat(job.paths()).isEmpty();
        assertThat(job.dryRun()).isFalse();
        assertThat(job.json()).isEqualTo(original);
        assertThat(JobJson.write(job))
                .isEqualTo("{\"revalidation_id\":\"r1\",\"type\":\"post\",\"slug\":\"my-post\","
                        + "\"dependencies\":[\"blog?category=php\",\"blog\",\"\"],\"site\":\"default\","
                        + "\"action\":\"updated\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "-7",
                "123456789012345678901234567890",
                "\"2026-01-01T00:00:00Z\"",
                "\"abc\"",
                "\"2026-01-01T01:00:00.120+01:00\""
            })
    void aVersionRoundTripsExactly(String version) {
        String json =
                "{\"revalidation_id\":\"a\",\"type\":\"t\",\"slug\":\"s\",\"dependencies\":[],\"site\":\"default\","
                        + "\"version\":" + version + ",\"action\":\"updated\"}";

        assertThat(JobJson.write(JobJson.read(json))).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "null", "true", "{}", "[]", "\"\""})
    void aVersionOfTheWrongFormIsNone(String version) {
        assertThat(JobJson.read("{\"revalidation_id\":\"a\",\"type\":\"t\",\"slug\":\"s\",\"version\":" + version + "}")
                        .version())
                .isEmpty();
    }

    @Test
    void anUnknownActionAndMembersOfTheWrongTypeAreLeftOut() {
        Job job = JobJson.read("{\"revalidation_id\":\"a\",\"type\":\"t\",\"slug\":\"s\",\"action\":\"exploded\","
                + "\"tags\":[1,\"x\"],\"site\":7,\"dry_run\":\"maybe\",\"previous_slug\":{},\"other\":[1,2]}");

        assertThat(job.action()).isEqualTo(ContentAction.UPDATED);
        assertThat(job.tags()).containsExactly("x");
        assertThat(job.site()).isEqualTo("default");
        assertThat(job.dryRun()).isFalse();
        assertThat(job.previousSlug()).isEmpty();
    }

    @Test
    void pathsThatAreNoneAreReported() {
        Job job = JobJson.read("{\"revalidation_id\":\"a\",\"type\":\"t\",\"slug\":\"s\",\"paths\":[7,\"/x\",{}],"
                + "\"dependencies\":[null,\"y\"]}");

        assertThat(job.paths()).containsExactly(RequestedPath.of("/x"));
        assertThat(job.dependencies()).isEqualTo(List.of("y"));
        assertThat(job.unreadablePaths()).extracting(RefusedPath::text).containsExactly("7", "{}", "null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json",
                "[]",
                "7",
                "null",
                "{}",
                "{\"revalidation_id\":\"a\",\"type\":\"t\"}",
                "{\"revalidation_id\":\"a\",\"slug\":\"s\"}",
                "{\"type\":\"t\",\"slug\":\"s\"}",
                "{\"revalidation_id\":7,\"type\":\"t\",\"slug\":\"s\"}",
                "{\"revalidation_id\":\"\",\"type\":\"t\",\"slug\":\"s\"}",
                "{\"revalidation_id\":\"a\\u0000\",\"type\":\"t\",\"slug\":\"s\"}",
                "{\"revalidation_id\":\"a\",\"type\":\"t\",\"slug\":\"s\"} trailing",
                "{\"revalidation_id\":\"a\",\"revalidation_id\":\"b\",\"type\":\"t\",\"slug\":\"s\"}",
                "{'revalidation_id':'a'}"
            })
    void whatIsNoJobIsRefused(String json) {
        assertThatThrownBy(() -> JobJson.read(json))
                .isInstanceOf(MalformedWireException.class)
                .hasMessageNotContainingAny("Exception", "com.fasterxml");
    }

    @Test
    void whatIsNestedTooDeeplyIsRefused() {
        String deep = "[".repeat(200) + "]".repeat(200);

        assertThatThrownBy(() ->
                        JobJson.read("{\"revalidation_id\":\"a\",\"type\":\"t\",\"slug\":\"s\",\"x\":" + deep + "}"))
                .isInstanceOf(MalformedWireException.class);
    }

    @Test
    void aMessageSaysWhere() {
        assertThatThrownBy(() -> JobJson.read("{\n  \"a\": tru }"))
                .isInstanceOf(MalformedWireException.class)
                .hasMessageContaining("line 2");
    }

    @Test
    void refusedPathsAreWrittenForReaders() {
        assertThat(RefusedPathsJson.write(List.of(new RefusedPath("a,b", "holds a \"comma\""))))
                .isEqualTo("[{\"path\":\"a,b\",\"reason\":\"holds a \\\"comma\\\"\"}]");
    }

    /** The id stands where the angle brackets are. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"revalidation_id\":<>,\"type\":\"t\",\"slug\":\"s\"}",
                " {\"type\" : \"t\",\n\t\"revalidation_id\" :  <> , \"slug\":\"s\"}\n",
                "{\"x\":{\"revalidation_id\":\"a\"},\"y\":[\"revalidation_id\",\"a\"],\"revalidation_id\":<>}",
                "{\"big\":12345678901234567890123,\"exact\":1.10,\"zero\":-0.0,\"e\":1E400,\"none\":[],\"revalidation_id\":<>}",
                "{\"é\uD83D\uDE00\":\"\\u00e9\\/\",\"revalidation_id\":<>,\"after\":\"\uD83D\uDE00\"}"
            })
    void underAnotherIdAJobStaysCharacterForCharacterTheSame(String job) {
        assertThat(JobJson.withId(job.replace("<>", "\"a\""), new RevalidationId("b")))
                .isEqualTo(job.replace("<>", "\"b\""));
        assertThat(JobJson.withId(job.replace("<>", "\"\\u0061é\\n\""), new RevalidationId("b")))
                .isEqualTo(job.replace("<>", "\"b\""));
    }

    @Test
    void anotherIdIsEscapedAsJsonWantsIt() {
        assertThat(JobJson.withId("{\"revalidation_id\":\"x\\\"y\"}", new RevalidationId("a\"\\b")))
                .isEqualTo("{\"revalidation_id\":\"a\\\"\\\\b\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"revalidation_id\":7}",
                "{\"revalidation_id\":[\"a\"]}",
                "{\"revalidation_id\":\"a\"} x"
            })
    void whatHasNoIdGetsNoOther(String json) {
        assertThatThrownBy(() -> JobJson.withId(json, new RevalidationId("b")))
                .isInstanceOf(MalformedWireException.class);
    }
}
