package dev.cachehandshake.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.localredis.LocalRedisOptions;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.scriptedtarget.CallbackTiming;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Redis is killed and comes back with all that it had acknowledged. */
@ExtendWith(OutputCaptureExtension.class)
class RedisAwayTest {
    @RegisterExtension
    static final RunningWorker worker =
            RunningWorker.on(LocalRedis.start(LocalRedisOptions.durable()), "handshake.claim.pop-wait=60s");

    @AfterEach
    void restart() {
        if (!worker.server().isAlive()) {
            worker.server().restart();
        }
    }

    @Test
    void aCallbackIsToldToComeAgain() {
        // given
        worker.site().play(Behaviour.healthy().callingBack(CallbackTiming.never()));
        worker.publish("again");
        worker.awaitView("again", view -> view.phase() == Phase.AWAITING);
        worker.server().kill();

        // when
        SentCallback answer = SentCallback.signed(worker, "again", SentCallback.single("again"));

        // then
        assertThat(answer.problem(503, "store-unavailable")).contains("send the same request again");
        assertThat(answer.response().headers().firstValue("Retry-After")).hasValue("2");

        // when
        worker.server().restart();

        // then
        await().atMost(RunningWorker.PATIENCE)
                .until(() -> SentCallback.signed(worker, "again", SentCallback.single("again"))
                                .response()
                                .statusCode()
                        == 200);
        assertThat(worker.awaitEnd("again").state()).isEqualTo(HandshakeState.COMPLETED);
    }

    @Test
    void aCallThatIsUnderWayMeanwhileIsSettledAfterwards(CapturedOutput output) {
        // given
        CountDownLatch away = new CountDownLatch(1);
        worker.site().play(call -> {
            try {
                away.await();
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
            return Behaviour.healthy();
        });
        worker.publish("under-way", "\"version\":7");
        worker.site().awaitCalls(1, RunningWorker.PATIENCE);

        // when
        worker.server().kill();
        away.countDown();
        worker.awaitOutput(output, "Redis does not answer");
        assertThat(SentCallback.get(worker, "/actuator/health/readiness").statusCode())
                .isEqualTo(503);
        assertThat(SentCallback.get(worker, "/actuator/health/liveness").statusCode())
                .isEqualTo(200);
        worker.server().restart();

        // then
        worker.awaitOutput(output, "Redis is back");
        HandshakeView view = worker.awaitEnd("under-way");
        assertThat(view.state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view.attempts()).isEqualTo(1);
        assertThat(output.getAll().lines())
                .filteredOn(line -> line.contains("Redis does not answer"))
                .hasSize(1);
        assertThat(output).doesNotContain("Redis health check failed");
        assertThat(SentCallback.get(worker, "/actuator/health/readiness").statusCode())
                .isEqualTo(200);
    }

    @Test
    void anIdleWorkerClaimsAgainAsSoonAsRedisIsBackHoweverLongItWouldHaveWaited() {
        // given a worker that waits for up to a minute
        worker.publish("before");
        worker.awaitEnd("before");
        await().until(() -> worker.redis().clientList().contains("cmd=blpop"));

        // when
        worker.server().kill();
        worker.server().restart();
        worker.redis().rpush(RedisKeys.QUEUE, "{\"revalidation_id\":\"after\",\"type\":\"post\",\"slug\":\"after\"}");

        // then
        worker.awaitHash("after", hash -> "completed".equals(hash.get("state")));
    }
}
