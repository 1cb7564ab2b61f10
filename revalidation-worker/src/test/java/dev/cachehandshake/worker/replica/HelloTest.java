package dev.cachehandshake.worker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.worker.RunningWorker;
import dev.cachehandshake.worker.SentCallback;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A replica says hello before it is ready, and is told what it has to make anew. */
@ExtendWith(OutputCaptureExtension.class)
class HelloTest {
    @RegisterExtension
    static final RunningWorker worker = RunningWorker.with();

    /** Changes are known of for long, and not since this test began. */
    @BeforeEach
    void oldSystem() {
        worker.redis().zadd("revalidation:changes:default", 0, "known-since");
    }

    private static String hello(String site, Instant builtAt) {
        return "{\"site\":\"%s\",\"replica\":\"web-1\",\"build_id\":\"b1\",\"build_time\":\"%s\",\"url\":\"http://10.0.0.7:3000\"}"
                .formatted(site, builtAt);
    }

    private static SentCallback say(String body) {
        return SentCallback.hello(worker, SentCallback.token("hello", body), body);
    }

    @Test
    void whatChangedSinceItsBuildIsToldAndLogged(CapturedOutput output) {
        // given
        worker.publish(
                "caught-up",
                "\"version\":7,\"tags\":[\"posts\"],\"paths\":[\"/blog/caught-up\","
                        + "{\"path\":\"/[lang]/blog\",\"type\":\"page\"}]");
        worker.redis()
                .rpush("revalidation:queue", "{\"revalidation_id\":\"foreign\",\"type\":\"post\",\"slug\":\"theirs\"}");
        worker.awaitEnd("caught-up");
        worker.awaitEnd("foreign");

        // when
        SentCallback answer = say(hello("default", Instant.now()));

        // then
        assertThat(answer.response().statusCode()).isEqualTo(200);
        assertThat(answer.json().path("everything").booleanValue()).isFalse();
        assertThat(answer.json().path("paths").toString())
                .contains("\"/blog/caught-up\"", "\"/blog/theirs\"", "{\"path\":\"/[lang]/blog\",\"type\":\"page\"}");
        assertThat(answer.json().path("tags").toString()).isEqualTo("[\"posts\"]");
        worker.awaitOutput(output, "replica web-1 of build b1 starts and makes");
    }

    @Test
    void aBuildOfMoreThanThirtyDaysAgoHasToMakeEverythingAnew() {
        SentCallback answer = say(hello("default", Instant.now().minus(Duration.ofDays(30))));

        assertThat(answer.json().path("everything").booleanValue()).isTrue();
        assertThat(answer.json().path("paths")).isEmpty();
    }

    @Test
    void aBuildThatBeganBeforeAChangeAndEndedAfterItIsToldOfIt() {
        // given
        worker.publish("in-the-build");

        // when
        SentCallback answer = say(hello("default", Instant.now().plus(Duration.ofMinutes(10))));

        // then
        assertThat(answer.json().path("paths").toString()).contains("\"/blog/in-the-build\"");
    }

    @Test
    void anotherSitesReplicaIsToldWhatToSet() {
        assertThat(say(hello("shop", Instant.now())).problem(400, "invalid-field"))
                .contains("\"shop\"", "\"default\"", "HANDSHAKE_SITE");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(say("{\"site\":\"default\",\"replica\":\"web-1\"}").problem(400, "malformed-json"))
                .contains("build_time");
        assertThat(say("{\"site\":\"default\",\"replica\":\"web-1\",\"build_time\":\"yesterday\"}")
                        .problem(400, "malformed-json"))
                .contains("yesterday", "RFC 3339");
        assertThat(say("[]").problem(400, "malformed-json")).contains("not a JSON object");
    }

    @Test
    void nobodyElseIsTold() {
        String body = hello("default", Instant.now());
        String ofAnother = SentCallback.token(
                "another-secret-of-32-bytes-at-least-0123", "default", Clock.systemUTC(), "hello", body);

        SentCallback.hello(worker, ofAnother, body).problem(401, "unauthorized");
        SentCallback.hello(worker, SentCallback.token("hello", "{}"), body).problem(401, "unauthorized");
        SentCallback.hello(worker, RunningWorker.CALLBACK_SECRET, body).problem(401, "unauthorized");
    }
}
