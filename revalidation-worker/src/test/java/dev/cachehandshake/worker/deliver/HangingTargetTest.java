package dev.cachehandshake.worker.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.scriptedtarget.Answer;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.worker.RunningWorker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A target that takes calls and does not answer them: the others are called as if it were not there. */
class HangingTargetTest {
    private static final int MANY = 12;

    @RegisterExtension
    static final RunningWorker worker = RunningWorker.withTargets(
            2, "handshake.strategies.normal.concurrency=2", "handshake.claim.batch=1", "handshake.lease.hold=15s");

    private static boolean isFreshAt(HandshakeView view, String target) {
        return view.targets().stream()
                .anyMatch(progress ->
                        progress.name().equals(target) && progress.status().equals("fresh"));
    }

    @Test
    void theOtherOneGetsAllOfItWhileItHangs() {
        // given
        worker.site(0).play(Behaviour.healthy().answering(Answer.never()));
        List<String> ids =
                IntStream.range(0, MANY).mapToObj(i -> "hanging-" + i).toList();
        Instant begun = Instant.now();

        // when
        ids.forEach(id -> worker.publish(id, "\"version\":7"));
        ids.forEach(id -> worker.awaitView(id, view -> isFreshAt(view, worker.targetName(1))));

        // then: far sooner than the calls that hang end, two at a time and ten seconds each
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(MANY / 2 * 10 / 2));
        assertThat(worker.site(0).calls()).hasSizeLessThanOrEqualTo(MANY);

        // and when it answers again
        worker.site(0).play(Behaviour.healthy());
        assertThat(ids)
                .allSatisfy(id -> assertThat(worker.awaitEnd(id).freshness()).hasValue(Freshness.FRESH));
    }
}
