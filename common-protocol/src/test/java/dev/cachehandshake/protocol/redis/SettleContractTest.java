package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Ending;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.store.Settled;
import dev.cachehandshake.protocol.store.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SettleContractTest extends RefereeContract {
    private static final RevalidationId A = new RevalidationId("a");
    private static final Settled OPEN = new Settled.Open(A);

    private static Ending ended(Settled settled) {
        assertThat(settled).isInstanceOf(Settled.Ended.class);
        return ((Settled.Ended) settled).ending();
    }

    @Test
    void acceptedAwaitsTheCallback() {
        Lease lease = publishAndClaim("a");

        assertThat(settle(lease, accepted())).isEqualTo(OPEN);

        HandshakeView view = view("a");
        assertThat(view.state()).isEqualTo(HandshakeState.ACKNOWLEDGED);
        assertThat(view.phase()).isEqualTo(Phase.AWAITING);
        assertThat(view.acknowledgedAtMs()).hasValue(clock.millis());
        assertThat(view.nextLookAtMs()).hasValue(clock.millis() + CALLBACK_WITHIN.toMillis());
        assertThat(lookIn("a")).isEqualTo(CALLBACK_WITHIN);
        assertThat(view.targets())
                .containsExactly(new HandshakeView.TargetProgress(
                        "nextjs",
                        "accepted",
                        OptionalLong.of(clock.millis()),
                        Optional.of("replica-1"),
                        Optional.of("build-1"),
                        Optional.empty(),
                        Optional.empty()));
        assertThat(hash("a")).containsEntry("state", "acknowledged").doesNotContainKey("hold_until_ms");
    }

    @Test
    void theFirstAcknowledgementIsTheOneThatIsKept() {
        awaiting("a");
        long first = clock.millis();
        sweepAfter(CALLBACK_WITHIN);

        settle(claimOne("a").lease(), accepted());

        assertThat(view("a").acknowledgedAtMs()).hasValue(first);
    }

    @Test
    void retryWaitsForItsTimeAndKeepsItsAttempt() {
        Lease lease = publishAndClaim("a");

        assertThat(settle(lease, retry())).isEqualTo(OPEN);

        HandshakeView view = view("a");
        assertThat(view.state()).isEqualTo(HandshakeState.PENDING);
        assertThat(view.phase()).isEqualTo(Phase.RETRY);
        assertThat(view.attempts()).isEqualTo(1);
        assertThat(view.lastError()).hasValue("answered 503");
        assertThat(view.lastErrorAtMs()).hasValue(clock.millis());
        assertThat(lookIn("a")).isEqualTo(DELAY);
        assertThat(hash("a")).doesNotContainKeys("nonce", "hold_until_ms");
    }

    @Test
    void retryAfterAnAcknowledgementStaysAcknowledged() {
        awaiting("a");
        sweepAfter(CALLBACK_WITHIN);

        settle(claimOne("a").lease(), retry());

        assertThat(view("a").state()).isEqualTo(HandshakeState.ACKNOWLEDGED);
        assertThat(phase("a")).isEqualTo(Phase.RETRY);
    }

    @Test
    void retryAtTheLastAttemptFails() {
        settle(publishAndClaim("a"), retry());
        sweepAfter(DELAY);
        settle(claimOne("a").lease(), retry());
        sweepAfter(DELAY);

        Ending ending = ended(settle(claimOne("a").lease(), retry()));

        assertThat(ending)
                .isEqualTo(new Ending(
                        A,
                        HandshakeState.FAILED,
                        Optional.empty(),
                        Optional.of(FailureReason.EXHAUSTED),
                        3,
                        3,
                        2 * DELAY.toMillis(),
                        "default",
                        "post",
                        "a",
                        Optional.empty(),
                        Optional.of("answered 503")));
        assertThat(view("a").failure()).hasValue(FailureReason.EXHAUSTED);
        assertThat(view("a").finishedAtMs()).hasValue(clock.millis());
        assertThat(view("a").job()).as("kept, to be replayed").isPresent();
        assertThat(redis.ttl(statusKey("a"))).isBetween(7 * 86_400L - 60, 7 * 86_400L);
    }

    @Test
    void rejectedFailsAtOnce() {
        Ending ending =
                ended(settle(publishAndClaim("a"), new Settlement.Rejected("answered 422: no such page", false)));

        assertThat(ending.failure()).hasValue(FailureReason.REJECTED);
        assertThat(ending.error()).hasValue("answered 422: no such page");
        assertThat(view("a").state()).isEqualTo(HandshakeState.FAILED);
        assertThat(view("a").targets().getFirst().status()).isEqualTo("rejected");
    }

    @Test
    void notReachedGivesTheAttemptBack() {
        settle(publishAndClaim("a"), notReached());

        HandshakeView view = view("a");
        assertThat(view.attempts()).isZero();
        assertThat(view.phase()).isEqualTo(Phase.RETRY);
        assertThat(view.state()).isEqualTo(HandshakeState.PENDING);
        assertThat(hash("a"))
                .containsEntry("misses", "1")
                .containsEntry("outage_since_ms", Long.toString(clock.millis()));
    }

    @Test
    void notReachedForTooLongGivesUp() {
        settle(publishAndClaim("a"), notReached());
        sweepAfter(GIVE_UP_AFTER.minus(TICK));
        assertThat(settle(claimOne("a").lease(), notReached())).isEqualTo(OPEN);
        sweepAfter(DELAY);

        Ending ending = ended(settle(claimOne("a").lease(), notReached()));

        assertThat(ending.failure()).hasValue(FailureReason.UNREACHABLE);
        assertThat(ending.attempts()).isZero();
        assertThat(hash("a")).doesNotContainKeys("outage_since_ms", "misses");
    }

    @Test
    void beingReachedStartsTheCountOfMissesAnew() {
        settle(publishAndClaim("a"), notReached());
        sweepAfter(DELAY);
        settle(claimOne("a").lease(), retry());
        sweepAfter(GIVE_UP_AFTER);

        assertThat(settle(claimOne("a").lease(), notReached())).isEqualTo(OPEN);
        assertThat(hash("a"))
                .containsEntry("misses", "1")
                .containsEntry("outage_since_ms", Long.toString(clock.millis()));
    }

    @Test
    void simulatedIsTheEndOfADryRun() {
        Ending ending = ended(settle(publishAndClaim("a"), new Settlement.Simulated()));

        assertThat(ending.state()).isEqualTo(HandshakeState.SIMULATED);
        assertThat(ending.freshness()).isEmpty();
        assertThat(view("a").state()).isEqualTo(HandshakeState.SIMULATED);
        assertThat(redis.ttl(statusKey("a"))).isBetween(86_400L - 60, 86_400L);
    }

    @Test
    void aLeaseOfAnEarlierEpochIsStale() {
        Lease first = publishAndClaim("a");
        sweepAfter(LEASE);
        claimOne("a");
        Map<String, String> before = hash("a");

        assertThat(settle(first, accepted())).isEqualTo(new Settled.Stale(A, "leased"));
        assertThat(hash("a")).isEqualTo(before);
    }

    @Test
    void theSameEpochWithAnotherNonceIsStale() {
        Lease lease = publishAndClaim("a");

        assertThat(settle(new Lease(A, lease.epoch(), "of a Redis that lost its last writes"), accepted()))
                .isEqualTo(new Settled.Stale(A, "leased"));
        assertThat(phase("a")).isEqualTo(Phase.LEASED);
    }

    @Test
    void theSameNonceWithAnotherEpochIsStale() {
        Lease lease = publishAndClaim("a");

        assertThat(settle(new Lease(A, 2, lease.nonce()), accepted())).isEqualTo(new Settled.Stale(A, "leased"));
        assertThat(phase("a")).isEqualTo(Phase.LEASED);
    }

    @Test
    void settlingTwiceIsStaleTheSecondTime() {
        Lease lease = awaiting("a");

        assertThat(settle(lease, new Settlement.Rejected("no", false))).isEqualTo(new Settled.Stale(A, "awaiting"));
        assertThat(view("a").state()).isEqualTo(HandshakeState.ACKNOWLEDGED);
    }

    @Test
    void anUnknownOneIsStaleAndNothingIsCreated() {
        assertThat(settle(new Lease(A, 1, "n"), accepted())).isEqualTo(new Settled.Stale(A, ""));
        assertThat(redis.exists(statusKey("a"))).isZero();
    }

    @Test
    void aKeyOfAnotherTypeIsStale() {
        redis.set(statusKey("a"), "a text");

        assertThat(settle(new Lease(A, 1, "n"), accepted())).isEqualTo(new Settled.Stale(A, ""));
    }

    @Test
    void theMarkerCompletesWhereNoProofIsRequired() {
        Lease lease = publishAndClaim("a");
        mark("a");

        Ending ending = ended(settle(lease, accepted(MAX_ATTEMPTS, false)));

        assertThat(ending.state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(ending.freshness()).hasValue(Freshness.UNPROVEN);
    }

    @Test
    void theMarkerDoesNotCompleteWhereProofIsRequired() {
        Lease lease = publishAndClaim("a");
        mark("a");

        assertThat(settle(lease, accepted(MAX_ATTEMPTS, true))).isEqualTo(OPEN);
        assertThat(phase("a")).isEqualTo(Phase.AWAITING);
    }

    @Test
    void theMarkerSavesADeliveryThatLookedFailed() {
        publish("a");
        publish("b");
        Lease a = claimOne("a").lease();
        Lease b = claimOne("b").lease();
        mark("a");
        mark("b");

        assertThat(ended(settle(a, retry())).state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(ended(settle(b, notReached())).state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view("b").attempts()).isZero();
    }

    @Test
    void theMarkerSavesNothingWhereProofIsRequired() {
        Lease lease = publishAndClaim("a");
        mark("a");

        assertThat(settle(lease, new Settlement.Retry("answered 503", DELAY, MAX_ATTEMPTS, true)))
                .isEqualTo(OPEN);
    }

    @Test
    void theMarkerCountsMoreThanARejectionAsACallbackDoes() {
        Lease a = publishAndClaim("a");
        Lease b = publishAndClaim("b");
        mark("a");
        mark("b");

        assertThat(ended(settle(a, new Settlement.Rejected("no", false))).state())
                .isEqualTo(HandshakeState.COMPLETED);
        assertThat(ended(settle(b, new Settlement.Rejected("no", true))).state())
                .isEqualTo(HandshakeState.FAILED);
    }

    @Test
    void theMarkerChangesNothingOfADryRun() {
        Lease lease = publishAndClaim("a");
        mark("a");

        assertThat(ended(settle(lease, new Settlement.Simulated())).state()).isEqualTo(HandshakeState.SIMULATED);
    }

    @Test
    void oneRowASettlementInTheirOrder() {
        Lease a = publishAndClaim("a");
        Lease b = publishAndClaim("b");
        clock.step(Duration.ofSeconds(1));

        List<Settled> settled = store.settle(List.of(
                new Settlement(b, "nextjs", new Settlement.Rejected("no", false)),
                new Settlement(a, "nextjs", accepted()),
                new Settlement(a, "nextjs", accepted())));

        assertThat(settled).extracting(row -> row.id().value()).containsExactly("b", "a", "a");
        assertThat(settled.get(0)).isInstanceOf(Settled.Ended.class);
        assertThat(settled.get(1)).isEqualTo(OPEN);
        assertThat(settled.get(2)).isEqualTo(new Settled.Stale(A, "awaiting"));
    }

    @Test
    void theVersionIsPartOfTheEnding() {
        publish(Jobs.post("a", "hello", "7"));

        assertThat(ended(settle(claimOne("a").lease(), new Settlement.Simulated()))
                        .version())
                .hasValue("7");
    }
}
