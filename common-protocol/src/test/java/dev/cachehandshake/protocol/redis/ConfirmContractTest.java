package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.Confirmed;
import dev.cachehandshake.protocol.store.Ending;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.store.Settled;
import dev.cachehandshake.protocol.store.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Good news: it counts from any delivery. */
class ConfirmContractTest extends RefereeContract {
    private static final RevalidationId A = new RevalidationId("a");

    private static Ending ended(Confirmed confirmed) {
        assertThat(confirmed).isInstanceOf(Confirmed.Ended.class);
        return ((Confirmed.Ended) confirmed).ending();
    }

    @Test
    void completesWhatTheSiteAccepted() {
        awaiting("a");
        clock.step(Duration.ofSeconds(2));

        Ending ending = ended(confirm("a", fresh()));

        assertThat(ending.state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(ending.freshness()).hasValue(Freshness.FRESH);
        assertThat(ending.durationMs()).isEqualTo(2_000);
        HandshakeView view = view("a");
        assertThat(view.state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view.phase()).isEqualTo(Phase.DONE);
        assertThat(view.freshness()).hasValue(Freshness.FRESH);
        assertThat(view.finishedAtMs()).hasValue(clock.millis());
        assertThat(view.job()).isEmpty();
        assertThat(view.nextLookAtMs()).isEmpty();
        assertThat(hash("a")).containsEntry("state", "completed").doesNotContainKeys("nonce", "list", "hold_until_ms");
        assertThat(redis.ttl(statusKey("a"))).isBetween(86_400L - 60, 86_400L);
    }

    @Test
    void withoutProofItIsUnproven() {
        awaiting("a");

        assertThat(ended(confirm("a", unproven())).freshness()).hasValue(Freshness.UNPROVEN);
        assertThat(view("a").freshness()).hasValue(Freshness.UNPROVEN);
    }

    @Test
    void whatWasSeenIsKept() {
        awaiting("a");

        store.confirm(List.of(new Confirmation(
                A,
                "nextjs",
                new Confirmation.Fresh(Optional.of("v8")),
                Optional.of("nonce1"),
                Optional.of("replica-2"),
                Optional.of("build-2"),
                Optional.of("[{\"path\":\"/blog/a\"}]"))));

        assertThat(view("a").coveredBy()).hasValue("v8");
        assertThat(view("a").targets())
                .containsExactly(new HandshakeView.TargetProgress(
                        "nextjs",
                        "fresh",
                        OptionalLong.of(clock.millis()),
                        Optional.of("replica-2"),
                        Optional.of("build-2"),
                        Optional.of("[{\"path\":\"/blog/a\"}]"),
                        Optional.empty()));
    }

    @Test
    void aCallbackBeforeTheResponseCompletesAndTheSettleThatFollowsIsStale() {
        Lease lease = publishAndClaim("a");

        assertThat(ended(confirm("a", fresh())).state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(settle(lease, accepted())).isEqualTo(new Settled.Stale(A, "done"));
        assertThat(settle(lease, new Settlement.Rejected("no", false))).isEqualTo(new Settled.Stale(A, "done"));
        assertThat(view("a").state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view("a").failure()).isEmpty();
    }

    @Test
    void theSecondTimeItIsLate() {
        awaiting("a");
        confirm("a", fresh());
        long finished = clock.millis();
        clock.step(Duration.ofSeconds(1));

        assertThat(confirm("a", unproven())).isEqualTo(new Confirmed.Late(A, HandshakeState.COMPLETED));
        assertThat(view("a").finishedAtMs()).hasValue(finished);
        assertThat(view("a").freshness()).hasValue(Freshness.FRESH);
        assertThat(hash("a")).containsEntry("late_callback_at_ms", Long.toString(clock.millis()));
    }

    @Test
    void aLateOneLiftsWhatFailedForWantOfACallback() {
        awaiting("a", accepted(1, false));
        assertThat(sweepAfter(CALLBACK_WITHIN).endings()).hasSize(1);
        assertThat(view("a").failure()).hasValue(FailureReason.NO_CALLBACK);

        Ending ending = ended(confirm("a", fresh()));

        assertThat(ending.state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(ending.failure()).isEmpty();
        assertThat(view("a").state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view("a").failure()).isEmpty();
        assertThat(hash("a")).containsEntry("state", "completed").doesNotContainKeys("job", "failure");
        assertThat(redis.ttl(statusKey("a"))).isLessThanOrEqualTo(86_400L);
    }

    @Test
    void aLateOneLiftsNoOtherFailure() {
        settle(publishAndClaim("a"), new Settlement.Rejected("no", false));

        assertThat(confirm("a", fresh())).isEqualTo(new Confirmed.Late(A, HandshakeState.FAILED));
        assertThat(view("a").failure()).hasValue(FailureReason.REJECTED);
        assertThat(hash("a")).containsKey("late_callback_at_ms");
    }

    @Test
    void aLateOneDoesNotTouchADryRun() {
        settle(publishAndClaim("a"), new Settlement.Simulated());

        assertThat(confirm("a", fresh())).isEqualTo(new Confirmed.Late(A, HandshakeState.SIMULATED));
    }

    @Test
    void whatWasNeverDeliveredCannotBeConfirmed() {
        publish("a");

        assertThat(confirm("a", fresh())).isEqualTo(new Confirmed.NotDelivered(A));
        assertThat(confirm("a", negative())).isEqualTo(new Confirmed.NotDelivered(A));
        assertThat(phase("a")).isEqualTo(Phase.QUEUED);
        claimOne("a");
    }

    @Test
    void anUnknownIdCreatesNothing() {
        assertThat(confirm("a", fresh())).isEqualTo(new Confirmed.Unknown(A));
        assertThat(confirm("a", negative())).isEqualTo(new Confirmed.Unknown(A));
        assertThat(redis.keys("*")).isEmpty();
    }

    @Test
    void aForeignJobThatNobodyClaimedIsUnknown() {
        foreignHash("a");

        assertThat(confirm("a", fresh())).isEqualTo(new Confirmed.Unknown(A));
        assertThat(hash("a")).containsOnlyKeys("state", "attempts", "created_at");
    }

    @Test
    void completesWhatWaitsForARetry() {
        settle(publishAndClaim("a"), retry());

        assertThat(ended(confirm("a", fresh())).state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(sweepAfter(DELAY).requeued()).isZero();
        assertThat(queue()).isEmpty();
    }

    @Test
    void completesWhatIsQueuedAgainAndItsElementIsAGhost() {
        settle(publishAndClaim("a"), retry());
        sweepAfter(DELAY);
        assertThat(queue()).hasSize(1);

        assertThat(ended(confirm("a", fresh())).state()).isEqualTo(HandshakeState.COMPLETED);

        Claim claim = claim(10);
        assertThat(claim.handshakes()).isEmpty();
        assertThat(claim.ghosts()).isEqualTo(1);
        assertThat(queue()).isEmpty();
    }

    @Test
    void completesWhatWasPoppedAgainAndWhoHoldsItsElementGetsNothing() {
        publishAndClaim("a");
        sweepAfter(LEASE);
        String held = redis.lpop(RedisKeys.RETURNS);
        sweep();

        confirm("a", fresh());

        Claim claim = claim(10, Optional.of(new dev.cachehandshake.protocol.store.Popped(held)));
        assertThat(claim.handshakes()).isEmpty();
        assertThat(claim.ghosts()).isEqualTo(1);
        assertThat(sweepAfter(GRACE).rescues()).isEmpty();
    }

    @Test
    void completesWhileAnotherWorkerHoldsIt() {
        publishAndClaim("a");
        sweepAfter(LEASE);
        Lease second = claimOne("a").lease();

        assertThat(ended(confirm("a", fresh())).epoch()).isEqualTo(2);
        assertThat(store.renew(List.of(second), LEASE)).isEmpty();
        assertThat(store.handBack(List.of(second))).isEmpty();
        assertThat(settle(second, retry())).isEqualTo(new Settled.Stale(A, "done"));
    }

    @Test
    void oneRowAConfirmationInTheirOrder() {
        awaiting("a");
        awaiting("b");

        List<Confirmed> confirmed = store.confirm(List.of(
                new Confirmation(
                        new RevalidationId("b"),
                        "nextjs",
                        fresh(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                new Confirmation(
                        new RevalidationId("unknown"),
                        "nextjs",
                        fresh(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                new Confirmation(
                        A,
                        "nextjs",
                        negative(),
                        Optional.of("nonce1"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())));

        assertThat(ended(confirmed.get(0)).id()).isEqualTo(new RevalidationId("b"));
        assertThat(confirmed.get(1)).isEqualTo(new Confirmed.Unknown(new RevalidationId("unknown")));
        assertThat(confirmed.get(2)).isEqualTo(new Confirmed.WillRetry(A));
    }

    @Test
    void aWordWithoutProofDoesNotDoWhereTheTargetHasToProve() {
        settle(publishAndClaim("a"), accepted(MAX_ATTEMPTS, true));

        assertThat(confirm("a", unproven())).isEqualTo(new Confirmed.ProofRequired(A));
        assertThat(view("a").phase()).isEqualTo(Phase.AWAITING);

        assertThat(ended(confirm("a", fresh())).state()).isEqualTo(HandshakeState.COMPLETED);
    }

    @Test
    void norDoesItLiftOneThatFailedForWantOfProof() {
        settle(publishAndClaim("a"), accepted(1, true));
        sweepAfter(CALLBACK_WITHIN);
        assertThat(view("a").failure()).hasValue(FailureReason.NO_CALLBACK);

        assertThat(confirm("a", unproven())).isEqualTo(new Confirmed.Late(A, HandshakeState.FAILED));
        assertThat(ended(confirm("a", fresh())).state()).isEqualTo(HandshakeState.COMPLETED);
    }
}
