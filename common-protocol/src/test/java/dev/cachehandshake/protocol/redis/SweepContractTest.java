package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Ending;
import dev.cachehandshake.protocol.store.Settled;
import dev.cachehandshake.protocol.store.Sweep;
import dev.cachehandshake.protocol.store.SweepRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One rule a phase, at the moment that is due. */
class SweepContractTest extends RefereeContract {
    private static final RevalidationId A = new RevalidationId("a");
    private static final Duration REPAIR_AFTER = Duration.ofSeconds(5);

    @Test
    void doesNothingBeforeItsTime() {
        publishAndClaim("a");

        Sweep sweep = sweepAfter(LEASE.minus(TICK));

        assertThat(sweep.rescues()).isEmpty();
        assertThat(sweep.nextLook()).hasValue(TICK);
        assertThat(phase("a")).isEqualTo(Phase.LEASED);
    }

    @Test
    void aLostLeaseGivesItsAttemptBackAndIsCounted() {
        Lease lost = publishAndClaim("a");

        assertThat(sweepAfter(LEASE).rescues()).containsExactly(new Sweep.Rescue(A, Sweep.Cause.LEASE));

        assertThat(view("a").phase()).isEqualTo(Phase.QUEUED);
        assertThat(view("a").attempts()).isZero();
        assertThat(view("a").lost()).isEqualTo(1);
        assertThat(hash("a")).containsEntry("list", "returns").doesNotContainKeys("nonce", "hold_until_ms");
        assertThat(settle(lost, accepted())).isEqualTo(new Settled.Stale(A, "queued"));
        Claimed again = claimOne("a");
        assertThat(again.attempts()).isEqualTo(1);
        assertThat(again.lost()).isEqualTo(1);
    }

    @Test
    void theFifthLostLeaseEndsIt() {
        publish("a");
        for (int lost = 1; lost < MAX_LOST; lost++) {
            claimOne("a");
            assertThat(sweepAfter(LEASE).rescues()).hasSize(1);
        }
        claimOne("a");

        Sweep last = sweepAfter(LEASE);

        assertThat(last.rescues()).isEmpty();
        Ending ending = last.endings().getFirst();
        assertThat(ending.failure()).hasValue(FailureReason.CRASH_LOOP);
        assertThat(ending.error()).hasValue("5 workers lost their lease while they held it");
        assertThat(view("a").lost()).isEqualTo(5);
        assertThat(view("a").state()).isEqualTo(HandshakeState.FAILED);
    }

    @Test
    void aLostLeaseOfAMarkedOneCompletesIt() {
        publishAndClaim("a");
        mark("a");

        assertThat(sweepAfter(LEASE).endings())
                .singleElement()
                .satisfies(ending -> assertThat(ending.freshness()).hasValue(Freshness.UNPROVEN));
    }

    @Test
    void aLostLeaseOfAMarkedOneWithAVersionIsDeliveredAgain() {
        publish(Jobs.post("a", "a", "7"));
        claimOne("a");
        mark("a");

        assertThat(sweepAfter(LEASE).rescues())
                .as("nobody has said that no proof is needed")
                .hasSize(1);
    }

    @Test
    void aRetryGoesBackToTheTailOfTheQueue() {
        settle(publishAndClaim("a"), retry());
        publish("b");

        Sweep sweep = sweepAfter(DELAY);

        assertThat(sweep.requeued()).isEqualTo(1);
        assertThat(sweep.rescues()).isEmpty();
        assertThat(queue())
                .containsExactly(
                        "{\"seq\":2," + Jobs.post("b").json().substring(1),
                        "{\"seq\":3," + Jobs.post("a").json().substring(1));
        assertThat(view("a").nextLookAtMs()).isEmpty();
        assertThat(claim(2).handshakes()).extracting(Claimed::attempts).containsExactly(1, 2);
    }

    @Test
    void aMissingCallbackMeansAnotherDelivery() {
        awaiting("a");

        assertThat(sweepAfter(CALLBACK_WITHIN).rescues()).containsExactly(new Sweep.Rescue(A, Sweep.Cause.CALLBACK));

        assertThat(view("a").state()).isEqualTo(HandshakeState.ACKNOWLEDGED);
        assertThat(view("a").attempts()).as("an attempt that was used").isEqualTo(1);
        assertThat(view("a").lastError().orElseThrow()).contains("did not call back");
        Claimed again = claimOne("a");
        assertThat(again.attempts()).isEqualTo(2);
        assertThat(again.lost()).isZero();
    }

    @Test
    void aMissingCallbackAtTheLastAttemptFails() {
        awaiting("a", accepted(1, false));

        Sweep sweep = sweepAfter(CALLBACK_WITHIN);

        assertThat(sweep.rescues()).isEmpty();
        assertThat(sweep.endings().getFirst().failure()).hasValue(FailureReason.NO_CALLBACK);
        assertThat(view("a").state()).isEqualTo(HandshakeState.FAILED);
    }

    @Test
    void theMarkerIsTakenForACallbackAtTheDeadline() {
        awaiting("a", accepted(1, false));
        mark("a");

        assertThat(sweepAfter(CALLBACK_WITHIN).endings().getFirst().state()).isEqualTo(HandshakeState.COMPLETED);
    }

    @Test
    void theMarkerIsNotTakenForProof() {
        awaiting("a", accepted(1, true));
        mark("a");

        assertThat(sweepAfter(CALLBACK_WITHIN).endings().getFirst().failure()).hasValue(FailureReason.NO_CALLBACK);
    }

    @Test
    void theMarkerOfOneThatWasNeverDeliveredMeansNothing() {
        publish("a");
        mark("a");
        redis.lpop(RedisKeys.QUEUE);
        sweep();

        assertThat(sweepAfter(GRACE).rescues()).hasSize(1);
    }

    @Test
    void whatAForeignPublisherWroteOverTheEndIsRepaired() {
        awaiting("a");
        confirm("a", fresh());
        foreignHash("a");
        assertThat(view("a").state()).as("never shown").isEqualTo(HandshakeState.COMPLETED);
        assertThat(sweepAfter(REPAIR_AFTER.minus(TICK)).repaired()).isZero();

        Sweep sweep = sweepAfter(TICK);

        assertThat(sweep.repaired()).isEqualTo(1);
        assertThat(sweep.nextLook()).isEmpty();
        assertThat(hash("a")).containsEntry("state", "completed").containsEntry("attempts", "1");
        assertThat(redis.zcard(RedisKeys.DEADLINES)).isZero();
    }

    @Test
    void anEndThatNobodyTouchedNeedsNoRepair() {
        awaiting("a");
        confirm("a", fresh());
        Map<String, String> before = hash("a");

        assertThat(sweepAfter(REPAIR_AFTER).repaired()).isZero();
        assertThat(hash("a")).isEqualTo(before);
    }

    @Test
    void anExpiryThatWasTakenAwayIsSetAgain() {
        awaiting("a");
        confirm("a", fresh());
        redis.persist(statusKey("a"));

        sweepAfter(REPAIR_AFTER);

        assertThat(redis.ttl(statusKey("a"))).isPositive();
    }

    @Test
    void whoseHashIsGoneIsForgotten() {
        awaiting("a");
        confirm("a", fresh());
        redis.del(statusKey("a"));

        Sweep sweep = sweepAfter(REPAIR_AFTER);

        assertThat(sweep.nextLook()).isEmpty();
        assertThat(hash("a")).isEmpty();
    }

    @Test
    void whoseKeyBecameSomethingElseStopsNothing() {
        awaiting("a");
        publishAndClaim("b");
        redis.del(statusKey("a"));
        redis.set(statusKey("a"), "a text");
        redis.hincrby(RedisKeys.TALLY, "acknowledged", -1);

        assertThat(sweepAfter(CALLBACK_WITHIN).rescues())
                .containsExactly(new Sweep.Rescue(new RevalidationId("b"), Sweep.Cause.LEASE));
        assertThat(redis.zscore(RedisKeys.DEADLINES, "a")).isNull();
    }

    @Test
    void looksAtNoMoreThanItsLimitAndComesBackAtOnce() {
        List.of("a", "b", "c").forEach(this::publish);
        claim(3);
        clock.step(LEASE);

        Sweep first = store.sweep(new SweepRequest(2, GRACE, MAX_LOST));

        assertThat(first.rescues()).hasSize(2);
        assertThat(first.nextLook()).hasValue(Duration.ZERO);
        assertThat(store.sweep(new SweepRequest(2, GRACE, MAX_LOST)).rescues()).hasSize(1);
    }

    @Test
    void saysWhenToLookNext() {
        assertThat(sweep().nextLook()).isEmpty();
        settle(publishAndClaim("a"), retry());
        publishAndClaim("b");

        assertThat(sweep().nextLook()).hasValue(LEASE);
        assertThat(sweepAfter(LEASE).nextLook()).hasValue(DELAY.minus(LEASE));
    }

    @Test
    void oneWhoseHashSomebodyDeletedIsToldOf() {
        publishAndClaim("a");
        redis.del(statusKey("a"));

        Sweep sweep = sweepAfter(LEASE);

        assertThat(sweep.vanished()).containsExactly("a");
        assertThat(redis.zcard(RedisKeys.DEADLINES)).isZero();
        // Which state it was counted under, nobody knows any more.
        redis.hincrby(RedisKeys.TALLY, "pending", -1);
    }
}
