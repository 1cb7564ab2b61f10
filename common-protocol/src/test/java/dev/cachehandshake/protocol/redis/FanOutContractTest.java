package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.Confirmed;
import dev.cachehandshake.protocol.store.Ending;
import dev.cachehandshake.protocol.store.HandshakeView.TargetProgress;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.store.Settled;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.store.Sweep;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** With two targets or more each has its own progress, retry and fencing, and the handshake ends when all have ended. */
class FanOutContractTest extends FanOutContract {
    @Test
    void eachTargetIsClaimedWithALeaseOfItsOwnAndTheSameJob() {
        Map<String, Claimed> claimed = publishAndClaimAll();

        assertThat(claimed).containsOnlyKeys(ONE, TWO, THREE);
        assertThat(claimed.values()).allSatisfy(one -> {
            assertThat(one.lease()).isEqualTo(new Lease(A.at(one.target()), 1, "nonce1"));
            assertThat(one.job()).isEqualTo(Jobs.post("a").json());
            assertThat(one.attempts()).isEqualTo(1);
            assertThat(one.acceptedAtMs()).isEqualTo(clock.millis());
        });
        assertThat(view("a").phase()).isEqualTo(Phase.FANNED);
        assertThat(view("a").state()).isEqualTo(HandshakeState.PENDING);
        assertThat(view("a").attempts()).isEqualTo(1);
        assertThat(view("a").fannedOut()).isTrue();
        assertThat(statuses()).isEqualTo(Map.of(ONE, "waiting", TWO, "waiting", THREE, "waiting"));
        assertThat(store.census().byState()).containsEntry(HandshakeState.PENDING, 1L);
    }

    @Test
    void oneTargetIsNotFannedOut() {
        roster = Roster.of(ONE);

        publish("a");

        assertThat(claim(10).handshakes())
                .extracting(Claimed::target, claimed -> claimed.lease().id())
                .containsExactly(tuple(ONE, A));
        assertThat(view("a").phase()).isEqualTo(Phase.LEASED);
        assertThat(view("a").fannedOut()).isFalse();
    }

    @Test
    void acknowledgedWhenAllHaveAccepted() {
        Map<String, Claimed> claimed = publishAndClaimAll();

        settleAt(claimed.get(ONE), accepted());
        settleAt(claimed.get(TWO), accepted());
        assertThat(view("a").state()).isEqualTo(HandshakeState.PENDING);
        settleAt(claimed.get(THREE), accepted());

        assertThat(view("a").state()).isEqualTo(HandshakeState.ACKNOWLEDGED);
        assertThat(view("a").acknowledgedAtMs()).hasValue(clock.millis());
        assertThat(hash("a")).containsEntry("state", "acknowledged");
        assertThat(store.census().byState()).containsEntry(HandshakeState.ACKNOWLEDGED, 1L);
    }

    @Test
    void completedWhenTheLastHasProven() {
        awaitingAll();

        assertThat(confirmAt(ONE, fresh())).isEqualTo(new Confirmed.LegEnded(A.at(ONE)));
        assertThat(confirmAt(THREE, fresh())).isEqualTo(new Confirmed.LegEnded(A.at(THREE)));
        assertThat(view("a").state()).isEqualTo(HandshakeState.ACKNOWLEDGED);
        Ending ending = ended(confirmAt(TWO, fresh()));

        assertThat(ending.id()).isEqualTo(A);
        assertThat(ending.state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(ending.freshness()).hasValue(Freshness.FRESH);
        assertThat(ending.attempts()).isEqualTo(1);
        assertThat(statuses()).isEqualTo(Map.of(ONE, "fresh", TWO, "fresh", THREE, "fresh"));
        assertThat(redis.keys("revalidation:a*:status")).containsExactly(statusKey("a"));
    }

    @Test
    void aCallbackBeforeTheResponseCountsAndTheSettleThatFollowsIsStale() {
        Map<String, Claimed> claimed = publishAndClaimAll();

        assertThat(confirmAt(ONE, fresh())).isEqualTo(new Confirmed.LegEnded(A.at(ONE)));
        assertThat(settleAt(claimed.get(ONE), accepted())).isInstanceOf(Settled.Stale.class);
        settleAt(claimed.get(TWO), accepted());
        settleAt(claimed.get(THREE), accepted());

        assertThat(view("a").state()).isEqualTo(HandshakeState.ACKNOWLEDGED);
        assertThat(statuses()).containsEntry(ONE, "fresh");
    }

    @Test
    void onlyTheTargetThatFailedIsRetried() {
        Map<String, Claimed> claimed = publishAndClaimAll();
        settleAt(claimed.get(ONE), accepted());
        settleAt(claimed.get(TWO), retry());
        settleAt(claimed.get(THREE), accepted());
        confirmAt(ONE, fresh());
        confirmAt(THREE, fresh());

        assertThat(sweepAfter(DELAY).requeued()).isEqualTo(1);
        Map<String, Claimed> again = claimAll();

        assertThat(again).containsOnlyKeys(TWO);
        assertThat(again.get(TWO).attempts()).isEqualTo(2);
        assertThat(again.get(TWO).lease().epoch()).isEqualTo(2);
        assertThat(view("a").attempts()).isEqualTo(2);
        settleAt(again.get(TWO), accepted());
        assertThat(ended(confirmAt(TWO, fresh())).attempts()).isEqualTo(2);
    }

    @Test
    void badNewsOfOneTargetIsItsOwn() {
        Map<String, Claimed> claimed = awaitingAll();

        assertThat(staleAt(claimed.get(TWO))).isEqualTo(new Confirmed.WillRetry(A.at(TWO)));
        assertThat(confirmAt(TWO, negative(), Optional.of("nonce0"))).isEqualTo(new Confirmed.Superseded(A.at(TWO)));
        confirmAt(ONE, fresh());
        confirmAt(THREE, fresh());

        assertThat(statuses()).containsEntry(TWO, "stale");
        assertThat(view("a").phase()).isEqualTo(Phase.FANNED);
        assertThat(view("a").targets())
                .filteredOn(target -> target.name().equals(TWO))
                .extracting(TargetProgress::error)
                .containsExactly(Optional.of("/blog shows version 6, wanted 7"));
    }

    @Test
    void aTargetThatFailsForGoodFailsTheHandshakeOnceTheOthersHaveEnded() {
        Map<String, Claimed> claimed = publishAndClaimAll();

        assertThat(settleAt(claimed.get(ONE), new Settlement.Rejected("no", true)))
                .isEqualTo(new Settled.Open(A.at(ONE)));
        confirmAt(TWO, fresh());
        assertThat(view("a").state()).isEqualTo(HandshakeState.PENDING);
        Ending ending = ended(confirmAt(THREE, fresh()));

        assertThat(ending.state()).isEqualTo(HandshakeState.FAILED);
        assertThat(ending.failure()).hasValue(FailureReason.REJECTED);
        assertThat(ending.error()).hasValue(ONE + ": no");
        assertThat(view("a").lastError()).hasValue(ONE + ": no");
        assertThat(view("a").job()).isPresent();
    }

    @Test
    void aLateCallbackLiftsTheWantOfOne() {
        publish("a");
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            claimAll().values().forEach(one -> settleAt(one, accepted()));
            confirmAt(ONE, fresh());
            confirmAt(THREE, fresh());
            sweepAfter(CALLBACK_WITHIN);
        }
        claim(10);
        assertThat(view("a").failure()).hasValue(FailureReason.NO_CALLBACK);
        assertThat(confirmAt(ONE, fresh())).isEqualTo(new Confirmed.Late(A, HandshakeState.FAILED));

        Ending ending = ended(confirmAt(TWO, fresh()));

        assertThat(ending.state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(ending.freshness()).hasValue(Freshness.FRESH);
        assertThat(redis.zcard(RedisKeys.FAILED)).isZero();
        assertThat(confirmAt(TWO, fresh())).isEqualTo(new Confirmed.Late(A, HandshakeState.COMPLETED));
    }

    @Test
    void aLateCallbackDoesNotLiftWhatAnotherTargetFailedFor() {
        Map<String, Claimed> claimed = publishAndClaimAll();
        settleAt(claimed.get(ONE), new Settlement.Rejected("no", false));
        settleAt(claimed.get(TWO), accepted(1, false));
        confirmAt(THREE, fresh());
        sweepAfter(CALLBACK_WITHIN);
        claim(10);
        assertThat(view("a").failure()).hasValue(FailureReason.REJECTED);

        assertThat(confirmAt(TWO, fresh())).isEqualTo(new Confirmed.LegEnded(A.at(TWO)));

        assertThat(view("a").state()).isEqualTo(HandshakeState.FAILED);
        assertThat(statuses()).containsEntry(TWO, "fresh");
    }

    @Test
    void aLateWordWithoutProofLiftsNothingThatHasToBeProven() {
        Map<String, Claimed> claimed = publishAndClaimAll();
        claimed.values().forEach(one -> settleAt(one, accepted(1, true)));
        confirmAt(ONE, fresh());
        confirmAt(THREE, fresh());
        sweepAfter(CALLBACK_WITHIN);
        claim(10);

        assertThat(confirmAt(TWO, unproven())).isEqualTo(new Confirmed.Late(A, HandshakeState.FAILED));
    }

    @Test
    void onlyWhenAllAreFreshItIs() {
        publishAndClaimAll().values().forEach(one -> settleAt(one, accepted()));

        confirmAt(ONE, fresh());
        confirmAt(TWO, unproven());

        assertThat(ended(confirmAt(THREE, fresh())).freshness()).hasValue(Freshness.UNPROVEN);
    }

    @Test
    void newsThatNamesNoTargetChangesNothing() {
        awaitingAll();

        assertThat(confirm("a", fresh())).isEqualTo(new Confirmed.TargetRequired(A));
        assertThat(confirm("a", negative(), "nonce1")).isEqualTo(new Confirmed.TargetRequired(A));

        assertThat(view("a").phase()).isEqualTo(Phase.FANNED);
    }

    @Test
    void newsOfATargetThatItHasNotChangesNothing() {
        awaitingAll();

        assertThat(confirmAt("elsewhere:1", fresh())).isEqualTo(new Confirmed.Superseded(A.at("elsewhere:1")));

        assertThat(statuses()).doesNotContainKey("elsewhere:1");
        assertThat(store.confirm(List.of(new Confirmation(
                        new RevalidationId("b").at(ONE),
                        Optional.of(ONE),
                        fresh(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()))))
                .containsExactly(new Confirmed.Unknown(new RevalidationId("b").at(ONE)));
        assertThat(redis.exists(statusKey("b"))).isZero();
    }

    @Test
    void theSitesMarkerNamesNoTargetAndCompletesNothing() {
        publish("a");
        Map<String, Claimed> claimed = claimAll();
        mark("a");

        claimed.values().forEach(one -> assertThat(settleAt(one, accepted())).isInstanceOf(Settled.Open.class));

        assertThat(sweepAfter(CALLBACK_WITHIN).endings()).isEmpty();
    }

    @Test
    void aLostLeaseIsOneTargetsOwn() {
        Map<String, Claimed> claimed = publishAndClaimAll();
        settleAt(claimed.get(ONE), accepted());
        settleAt(claimed.get(TWO), accepted());

        Sweep sweep = sweepAfter(LEASE);

        assertThat(sweep.rescues()).containsExactly(new Sweep.Rescue(A.at(THREE), Sweep.Cause.LEASE));
        assertThat(settleAt(claimed.get(THREE), accepted())).isInstanceOf(Settled.Stale.class);
        Claimed again = claimAll().get(THREE);
        assertThat(again.lost()).isEqualTo(1);
        assertThat(again.attempts()).isEqualTo(1);
    }

    @Test
    void leasesAreRenewedAndHandedBackATarget() {
        Map<String, Claimed> claimed = publishAndClaimAll();
        List<Lease> two = List.of(claimed.get(ONE).lease(), claimed.get(TWO).lease());
        clock.step(Duration.ofSeconds(4));

        assertThat(store.renew(two, LEASE)).containsExactlyInAnyOrder(A.at(ONE), A.at(TWO));
        assertThat(sweepAfter(Duration.ofSeconds(1)).rescues()).hasSize(1);
        assertThat(store.handBack(two)).containsExactlyInAnyOrder(A.at(ONE), A.at(TWO));

        assertThat(view("a").attempts()).isZero();
        // One that has lost a lease is claimed with few others.
        assertThat(claimAll()).containsOnlyKeys(THREE);
        assertThat(claimAll()).containsOnlyKeys(ONE, TWO);
    }

    @Test
    void anOutageOfOneTargetUsesUpNoAttempts() {
        Map<String, Claimed> claimed = publishAndClaimAll();
        claimed.values().forEach(one -> settleAt(one, one.target().equals(TWO) ? notReached() : accepted()));

        assertThat(view("a").attempts()).isEqualTo(1);
        assertThat(sweepAfter(DELAY).requeued()).isEqualTo(1);
        Claimed again = claimAll().get(TWO);

        assertThat(again.attempts()).isEqualTo(1);
        assertThat(again.misses()).isEqualTo(1);
    }

    @Test
    void aPoppedElementOfOneTargetIsMissed() {
        Map<String, Claimed> claimed = publishAndClaimAll();
        claimed.values().forEach(one -> settleAt(one, one.target().equals(TWO) ? retry() : accepted()));
        sweepAfter(DELAY);
        pop(RedisKeys.QUEUE);

        assertThat(sweep().popped()).isEqualTo(1);
        assertThat(sweepAfter(GRACE).rescues()).containsExactly(new Sweep.Rescue(A.at(TWO), Sweep.Cause.POPPED));
        assertThat(claimAll()).containsOnlyKeys(TWO);
    }

    @Test
    void aForeignJobIsFannedOutToo() {
        String job = Jobs.post("a").json();
        foreignPush(job);

        Map<String, Claimed> claimed = claimAll();

        assertThat(claimed).containsOnlyKeys(ONE, TWO, THREE);
        assertThat(claimed.values()).allSatisfy(one -> {
            assertThat(one.foreign()).isTrue();
            assertThat(one.job()).isEqualTo(job);
        });
    }

    @Test
    void aDryRunEndsSimulatedWhenAllHave() {
        Map<String, Claimed> claimed = publishAndClaimAll();

        settleAt(claimed.get(ONE), new Settlement.Simulated());
        settleAt(claimed.get(TWO), new Settlement.Simulated());
        Settled last = settleAt(claimed.get(THREE), new Settlement.Simulated());

        assertThat(last).isInstanceOf(Settled.Ended.class);
        assertThat(view("a").state()).isEqualTo(HandshakeState.SIMULATED);
    }
}
