package dev.cachehandshake.worker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.scriptedtarget.Answer;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.worker.RunningWorker;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A stop claims no more, waits for the calls under way, and gives back what does not end in time. */
@ExtendWith(OutputCaptureExtension.class)
class GracefulStopTest {
    private static final Duration GRACE = Duration.ofSeconds(3);

    @RegisterExtension
    static final RunningWorker worker = RunningWorker.with(
            "handshake.stop-grace=3s",
            "handshake.target.callback-within=2s",
            "handshake.claim.pop-wait=60s",
            "handshake.strategies.normal.concurrency=2");

    @BeforeEach
    void startAgain() {
        if (!worker.context().isActive()) {
            worker.startWorker();
        }
    }

    @Test
    void aSlowCallIsFinished() {
        // given
        worker.site().play(Behaviour.healthy().answering(Answer.slowly(Duration.ofSeconds(1))));
        worker.publish("slow", "\"version\":7");
        worker.site().awaitCalls(1, RunningWorker.PATIENCE);

        // when
        Duration stop = timeOfStop();

        // then
        assertThat(stop).isLessThan(GRACE.plusSeconds(2));
        Map<String, String> left = worker.hash("slow");
        assertThat(left.get("state")).isIn("acknowledged", "completed");
        assertThat(left).containsEntry("attempts", "1");

        // when the next worker looks after it
        worker.site().play(Behaviour.healthy());
        worker.startWorker();

        // then
        assertThat(worker.awaitEnd("slow").state()).isEqualTo(HandshakeState.COMPLETED);
    }

    @Test
    void aCallThatDoesNotEndInTimeIsHandedBack(CapturedOutput output) {
        // given
        worker.site().play(Behaviour.healthy().answering(Answer.never()));
        worker.publish("endless", "\"version\":7");
        worker.site().awaitCalls(1, RunningWorker.PATIENCE);

        // when
        Duration stop = timeOfStop();

        // then
        assertThat(stop).isBetween(GRACE, GRACE.plusSeconds(4));
        assertThat(worker.hash("endless"))
                .containsEntry("phase", "queued")
                .containsEntry("list", "returns")
                .containsEntry("attempts", "0")
                .doesNotContainKey("nonce");
        assertThat(output).contains("stopping: 1 deliveries did not end within 3s and were handed back");

        // when
        worker.site().play(Behaviour.healthy());
        worker.startWorker();

        // then
        HandshakeView view = worker.awaitEnd("endless");
        assertThat(view.state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view.attempts()).isEqualTo(1);
    }

    @Test
    void anIdleWorkerStopsAtOnceHoweverLongItWouldWait() {
        worker.publish("before");
        worker.awaitEnd("before");

        assertThat(timeOfStop()).isLessThan(GRACE);
    }

    @Test
    void whatComesMeanwhileWaitsForTheNextWorker() {
        // given both calls under way until the stop has begun
        worker.site().play(call -> {
            await().atMost(RunningWorker.PATIENCE)
                    .until(() ->
                            !worker.context().getBean(WorkerLifecycle.class).isRunning());
            return Behaviour.healthy();
        });
        worker.publish("busy-1");
        worker.site().awaitCalls(1, RunningWorker.PATIENCE);
        worker.publish("busy-2");
        worker.site().awaitCalls(2, RunningWorker.PATIENCE);
        worker.publish("waiting");

        // when
        Duration stop = timeOfStop();

        // then
        assertThat(stop).isLessThan(GRACE.plusSeconds(2));
        assertThat(worker.hash("waiting")).containsEntry("phase", "queued").containsEntry("attempts", "0");
        worker.site().play(Behaviour.healthy());
        worker.startWorker();
        assertThat(worker.awaitEnd("waiting").attempts()).isEqualTo(1);
        assertThat(worker.awaitEnd("busy-1").state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(worker.awaitEnd("busy-2").state()).isEqualTo(HandshakeState.COMPLETED);
    }

    private static Duration timeOfStop() {
        long begun = System.nanoTime();
        worker.stopWorker();
        return Duration.ofNanos(System.nanoTime() - begun);
    }
}
