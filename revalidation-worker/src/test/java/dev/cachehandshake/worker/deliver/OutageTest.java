package dev.cachehandshake.worker.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.scriptedtarget.Answer;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.worker.RunningWorker;
import dev.cachehandshake.worker.report.WorkerMetric;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** An outage is nobody's attempt: its handshakes wait, however often the target is tried. */
class OutageTest {
    /** More misses than there are attempts. */
    private static final int MANY = 6;

    @Nested
    @ExtendWith(OutputCaptureExtension.class)
    class OfASiteThatIsAway {
        @RegisterExtension
        static final RunningWorker worker = RunningWorker.with("handshake.strategies.normal.attempts=2");

        @Test
        void usesUpNoAttemptsAndIsOverWhenTheSiteIsBack(CapturedOutput output) {
            // given
            worker.stopSite();
            worker.publish("away", "\"version\":7");

            // when
            HandshakeView meanwhile = worker.awaitView("away", view -> view.epoch() >= MANY && view.attempts() == 0);

            // then
            assertThat(meanwhile.state()).isEqualTo(HandshakeState.PENDING);
            assertThat(meanwhile.lastError().orElseThrow()).contains("is not reached");
            await().until(() -> outage(worker) == 1);

            // when
            worker.restartSite();

            // then
            HandshakeView view = worker.awaitEnd("away");
            assertThat(view.state()).isEqualTo(HandshakeState.COMPLETED);
            assertThat(view.attempts()).isEqualTo(1);
            await().until(() -> outage(worker) == 0);
            assertThat(linesWith(output, "target nextjs is out: ")).isEqualTo(1);
            assertThat(linesWith(output, "target nextjs is back")).isEqualTo(1);
        }
    }

    @Nested
    @ExtendWith(OutputCaptureExtension.class)
    class OfASiteThatIsSetUpWrongly {
        @RegisterExtension
        static final RunningWorker worker = RunningWorker.with("handshake.strategies.normal.attempts=2");

        @ParameterizedTest
        @ValueSource(ints = {401, 404})
        void usesUpNoAttemptsAndIsOverWhenTheSiteIsRight(int status, CapturedOutput output) {
            // given
            String id = "wrong-" + status;
            worker.site().play(Behaviour.healthy().answering(Answer.failure(status)));
            worker.publish(id);

            // when
            HandshakeView meanwhile = worker.awaitView(id, view -> view.epoch() >= MANY && view.attempts() == 0);

            // then
            assertThat(meanwhile.state()).isEqualTo(HandshakeState.PENDING);
            assertThat(meanwhile.lastError().orElseThrow()).contains("answered " + status);
            await().until(() -> outage(worker) == 1);
            assertThat(linesWith(output, "has it the same REVALIDATION_SECRET")).isEqualTo(1);

            // when
            worker.site().play(Behaviour.healthy());

            // then
            assertThat(worker.awaitEnd(id).attempts()).isEqualTo(1);
            await().until(() -> outage(worker) == 0);
        }
    }

    private static double outage(RunningWorker worker) {
        return worker.context()
                .getBean(MeterRegistry.class)
                .get(WorkerMetric.TARGET_OUTAGE.meterName())
                .tag("target", "nextjs")
                .gauge()
                .value();
    }

    private static long linesWith(CapturedOutput output, String text) {
        return output.getAll().lines().filter(line -> line.contains(text)).count();
    }
}
