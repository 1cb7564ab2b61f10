package dev.cachehandshake.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.scriptedtarget.Script;
import dev.cachehandshake.worker.report.WorkerMetric;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What the worker shows of itself: the callback, its health and its metrics, and nothing else. */
@ExtendWith(OutputCaptureExtension.class)
class ServedEndpointsTest {
    @RegisterExtension
    static final RunningWorker worker = RunningWorker.with("handshake.strategies.normal.concurrency=1");

    @Test
    void theCallbackIsPosted() {
        HttpResponse<String> answer = SentCallback.get(worker, "/api/revalidation/complete");

        new SentCallback(answer).problem(405, "method-not-allowed");
        assertThat(answer.headers().firstValue("Allow")).hasValue("POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/content-updates", "/api/handshakes/a"})
    void nothingElseIsThere(String path) {
        new SentCallback(SentCallback.get(worker, path)).problem(404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/env", "/actuator/heapdump", "/actuator/beans", "/actuator/shutdown"})
    void nothingOfItsInsidesIsShown(String path) {
        assertThat(SentCallback.get(worker, path).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"})
    void itsHealthIsShown(String path) {
        HttpResponse<String> answer = SentCallback.get(worker, path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"UP\"").doesNotContain("version");
    }

    @Test
    void aBrokenRequestLineIsNotAnsweredWithAPageOfHtml() throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), worker.url().getPort())) {
            socket.getOutputStream()
                    .write("GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 400").doesNotContainIgnoringCase("<html");
        }
    }

    @Test
    void everySeriesIsThereBeforeItsFirstEvent() {
        worker.stopWorker();
        worker.startWorker();

        assertThat(SentCallback.get(worker, "/actuator/prometheus").body())
                .contains("handshake_attempts_total{outcome=\"misconfigured\"} 0.0")
                .contains("handshake_callbacks_total{result=\"superseded\"} 0.0")
                .contains("handshake_ended_total{failure=\"crash-loop\",state=\"failed\"} 0.0")
                .contains("handshake_rescued_total{cause=\"lease\"} 0.0")
                .contains("handshake_poisoned_total 0.0");
    }

    @Test
    void everyMetricThatIsListedIsShown(CapturedOutput output) {
        // given one of everything that is counted
        HeldCall.batch(worker, Script.always(Behaviour.healthy()), () -> {
            worker.publish("lost");
            // popped by a worker that died before it could claim
            worker.redis().lpop(RedisKeys.QUEUE);
            worker.publish("counted", "\"version\":7");
            worker.redis().rpush(RedisKeys.QUEUE, "this is no job");
        });
        worker.awaitEnd("counted");
        worker.awaitEnd("lost");
        worker.redis().rpush(RedisKeys.QUEUE, "{\"revalidation_id\":\"counted\",\"type\":\"a\",\"slug\":\"b\"}");
        worker.awaitOutput(output, "handshake rescued id=lost cause=popped");
        worker.awaitOutput(
                output,
                "is no job and was put into revalidation:poison: it is not well-formed JSON;"
                        + " it begins with this is no job");

        // when a foreign publisher writes its hash after the end
        worker.redis().hset("revalidation:counted:status", Map.of("state", "pending"));
        worker.awaitHash("counted", hash -> "completed".equals(hash.get("state")));

        // then
        assertThat(Arrays.stream(WorkerMetric.values())).allSatisfy(metric -> worker.awaitMetric(metric.meterName()));
        assertThat(SentCallback.get(worker, "/actuator/prometheus").body())
                .contains("handshake_ended_total{failure=\"none\",state=\"completed\"}")
                .contains("handshake_completed_seconds_bucket{freshness=\"fresh\",le=\"0.01\"}")
                .contains("handshake_rescued_total{cause=\"popped\"} 1.0")
                .contains("handshake_poisoned_total 1.0")
                .contains("handshake_target_outage{target=\"nextjs\"} 0.0")
                .contains("handshake_handshakes{state=\"completed\"}");
    }
}
