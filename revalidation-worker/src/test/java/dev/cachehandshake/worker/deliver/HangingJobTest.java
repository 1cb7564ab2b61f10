package dev.cachehandshake.worker.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.scriptedtarget.Answer;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.scriptedtarget.Call;
import dev.cachehandshake.scriptedtarget.CallbackTiming;
import dev.cachehandshake.scriptedtarget.Script;
import dev.cachehandshake.worker.HeldCall;
import dev.cachehandshake.worker.RunningWorker;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One job makes the site hang: those that are in a call with it must not pay for it. */
class HangingJobTest {
    private static final Behaviour HANGS =
            Behaviour.healthy().answering(Answer.never()).callingBack(CallbackTiming.never());

    private static boolean carries(Call call, String id) {
        return call.ids().stream().anyMatch(one -> one.value().equals(id));
    }

    private static List<String> publishTogether(RunningWorker worker, Script script, String poison, int others) {
        List<String> ids =
                IntStream.range(0, others).mapToObj(i -> poison + "-" + i).toList();
        HeldCall.batch(worker, script, () -> {
            ids.forEach(worker::publish);
            worker.publish(poison);
        });
        return ids;
    }

    @Nested
    class WithTimeToTakeTheBatchApart {
        @RegisterExtension
        static final RunningWorker worker = RunningWorker.with(
                "handshake.strategies.normal.concurrency=1",
                "handshake.strategies.normal.timeout=300ms",
                "handshake.target.connect-timeout=300ms",
                "handshake.strategies.normal.attempts=2");

        @Test
        void theOthersCompleteWithTheirFirstAttempt() {
            Script hangs = call -> carries(call, "hangs") ? HANGS : Behaviour.healthy();
            List<String> ids = publishTogether(worker, hangs, "hangs", 7);

            assertThat(ids).allSatisfy(id -> {
                HandshakeView view = worker.awaitEnd(id);
                assertThat(view.state()).isEqualTo(HandshakeState.COMPLETED);
                assertThat(view.attempts()).isEqualTo(1);
            });
            HandshakeView poison = worker.awaitEnd("hangs");
            assertThat(poison.failure()).hasValue(FailureReason.EXHAUSTED);
            assertThat(poison.lastError()).hasValue("no answer within 300 ms");
        }
    }

    @Nested
    class WithoutTime {
        @RegisterExtension
        static final RunningWorker worker = RunningWorker.with(
                "handshake.strategies.normal.concurrency=1",
                "handshake.strategies.normal.timeout=300ms",
                "handshake.strategies.urgent.timeout=300ms",
                "handshake.strategies.low.timeout=300ms",
                "handshake.target.connect-timeout=300ms",
                "handshake.lease.hold=2300ms");

        @Test
        void noCallBeginsThatWouldOutliveTheLeases() {
            // given a site that hangs once, for so long that the time for calls is used up
            AtomicBoolean hangs = new AtomicBoolean(true);
            Script once = call -> carries(call, "late") && hangs.getAndSet(false) ? HANGS : Behaviour.healthy();

            // when
            publishTogether(worker, once, "late", 3);

            // then all of it was one attempt of each, and the next completes them
            assertThat(List.of("late", "late-0", "late-1", "late-2")).allSatisfy(id -> {
                HandshakeView view = worker.awaitEnd(id);
                assertThat(view.state()).isEqualTo(HandshakeState.COMPLETED);
                assertThat(view.attempts()).isEqualTo(2);
                assertThat(view.lost()).isZero();
            });
        }
    }
}
