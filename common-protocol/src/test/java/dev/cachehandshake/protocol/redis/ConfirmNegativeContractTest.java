package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.Confirmed;
import dev.cachehandshake.protocol.store.Ending;
import dev.cachehandshake.protocol.store.Settled;
import dev.cachehandshake.protocol.store.Settlement;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Bad news: it counts only from the latest batch. */
class ConfirmNegativeContractTest extends RefereeContract {
    private static final RevalidationId A = new RevalidationId("a");

    @Test
    void ofTheLatestBatchMeansAnotherDelivery() {
        Lease lease = awaiting("a");

        assertThat(confirm("a", negative(), lease.nonce())).isEqualTo(new Confirmed.WillRetry(A));

        assertThat(phase("a")).isEqualTo(Phase.RETRY);
        assertThat(view("a").state()).isEqualTo(HandshakeState.ACKNOWLEDGED);
        assertThat(view("a").attempts()).isEqualTo(1);
        assertThat(view("a").lastError()).hasValue("/blog shows version 6, wanted 7");
        assertThat(view("a").targets().getFirst().status()).isEqualTo("stale");
        assertThat(lookIn("a")).isEqualTo(DELAY);
        sweepAfter(DELAY);
        assertThat(claimOne("a").attempts()).isEqualTo(2);
    }

    @Test
    void ofAPartOfTheLatestBatchCountsToo() {
        Lease lease = awaiting("a");

        assertThat(confirm("a", negative(), lease.nonce() + ".1")).isEqualTo(new Confirmed.WillRetry(A));
    }

    @Test
    void ofABatchThatOnlyLooksAlikeDoesNotCount() {
        Lease lease = awaiting("a");

        assertThat(confirm("a", negative(), lease.nonce() + "1")).isEqualTo(new Confirmed.Superseded(A));
        assertThat(confirm("a", negative(), "x" + lease.nonce())).isEqualTo(new Confirmed.Superseded(A));
        assertThat(confirm("a", negative(), "")).isEqualTo(new Confirmed.Superseded(A));
        assertThat(phase("a")).isEqualTo(Phase.AWAITING);
    }

    @Test
    void beforeTheResponseTheSettleThatFollowsIsStale() {
        Lease lease = publishAndClaim("a");

        assertThat(confirm("a", negative(), lease.nonce())).isEqualTo(new Confirmed.WillRetry(A));
        assertThat(settle(lease, accepted())).isEqualTo(new Settled.Stale(A, "retry"));
        assertThat(phase("a")).isEqualTo(Phase.RETRY);
    }

    @Test
    void ofAnOlderBatchIsSupersededByTheOneUnderWay() {
        Lease first = awaiting("a");
        sweepAfter(CALLBACK_WITHIN);
        Lease second = claimOne("a").lease();
        Map<String, String> before = hash("a");

        assertThat(confirm("a", negative(), first.nonce())).isEqualTo(new Confirmed.Superseded(A));
        assertThat(hash("a")).isEqualTo(before);
        assertThat(settle(second, accepted())).isEqualTo(new Settled.Open(A));
    }

    @Test
    void ofAnOlderBatchIsSupersededWhileTheNextDeliveryWaits() {
        Lease first = awaiting("a");
        sweepAfter(CALLBACK_WITHIN);

        assertThat(confirm("a", negative(), first.nonce())).isEqualTo(new Confirmed.Superseded(A));
        assertThat(phase("a")).isEqualTo(Phase.QUEUED);
    }

    @Test
    void twiceIsSupersededTheSecondTime() {
        Lease lease = awaiting("a");
        confirm("a", negative(), lease.nonce());

        assertThat(confirm("a", negative(), lease.nonce())).isEqualTo(new Confirmed.Superseded(A));
        assertThat(phase("a")).isEqualTo(Phase.RETRY);
    }

    @Test
    void atTheLastAttemptFails() {
        Lease lease = awaiting("a");

        Confirmed confirmed =
                confirm("a", new Confirmation.Negative("/blog shows 6, wanted 7", DELAY, 1), lease.nonce());

        assertThat(confirmed).isInstanceOf(Confirmed.Ended.class);
        Ending ending = ((Confirmed.Ended) confirmed).ending();
        assertThat(ending.failure()).hasValue(FailureReason.STALE);
        assertThat(ending.error()).hasValue("/blog shows 6, wanted 7");
        assertThat(view("a").state()).isEqualTo(HandshakeState.FAILED);
        assertThat(view("a").job()).isPresent();
    }

    @Test
    void thatPagesCannotBeReadGivesTheAttemptBack() {
        Lease lease = awaiting("a", accepted(1, true));

        assertThat(confirm("a", unreadable(), lease.nonce())).isEqualTo(new Confirmed.WillRetry(A));

        assertThat(phase("a")).isEqualTo(Phase.RETRY);
        assertThat(view("a").state()).isEqualTo(HandshakeState.ACKNOWLEDGED);
        assertThat(view("a").attempts()).isZero();
        assertThat(view("a").misses()).isEqualTo(1);
        assertThat(view("a").lastError()).hasValue("/blog answered with status 500");
        assertThat(view("a").targets().getFirst().status()).isEqualTo("failed");
        assertThat(lookIn("a")).isEqualTo(DELAY);
    }

    @Test
    void pagesThatCannotBeReadAreWaitedForWithoutEndThroughManyDeliveries() {
        Lease lease = awaiting("a", accepted(1, true));
        for (int deliveries = 1; deliveries <= 10; deliveries++) {
            assertThat(confirm("a", unreadable(), lease.nonce())).isEqualTo(new Confirmed.WillRetry(A));
            assertThat(view("a").misses()).isEqualTo(deliveries);
            sweepAfter(DELAY);
            lease = claimOne("a").lease();
            settle(lease, accepted(1, true));
        }

        assertThat(confirm("a", fresh(), lease.nonce())).isInstanceOf(Confirmed.Ended.class);
        assertThat(view("a").attempts()).isEqualTo(1);
    }

    @Test
    void pagesThatCannotBeReadForTooLongFailIt() {
        Lease first = awaiting("a");
        confirm("a", unreadable(), first.nonce());
        sweepAfter(GIVE_UP_AFTER.minus(TICK));
        Lease second = claimOne("a").lease();
        assertThat(confirm("a", unreadable(), second.nonce())).isEqualTo(new Confirmed.WillRetry(A));
        sweepAfter(DELAY);

        Confirmed confirmed = confirm("a", unreadable(), claimOne("a").lease().nonce());

        Ending ending = ((Confirmed.Ended) confirmed).ending();
        assertThat(ending.failure()).hasValue(FailureReason.UNREADABLE);
        assertThat(ending.error()).hasValue("/blog answered with status 500");
        assertThat(ending.attempts()).isZero();
        assertThat(hash("a")).doesNotContainKeys("outage_since_ms", "misses");
    }

    @Test
    void anAttemptThatCountsEndsTheOutage() {
        Lease first = awaiting("a");
        confirm("a", unreadable(), first.nonce());
        sweepAfter(DELAY);
        Lease second = claimOne("a").lease();

        assertThat(confirm("a", negative(), second.nonce())).isEqualTo(new Confirmed.WillRetry(A));

        assertThat(view("a").attempts()).isEqualTo(1);
        assertThat(hash("a")).doesNotContainKeys("outage_since_ms", "misses");
    }

    @Test
    void aCallbackThatIsMissingEndsTheOutageToo() {
        Lease first = awaiting("a");
        confirm("a", unreadable(), first.nonce());
        sweepAfter(DELAY);
        settle(claimOne("a").lease(), accepted());

        sweepAfter(CALLBACK_WITHIN);

        assertThat(phase("a")).isEqualTo(Phase.QUEUED);
        assertThat(hash("a")).doesNotContainKeys("outage_since_ms", "misses");
    }

    @Test
    void thatPagesCannotBeReadCountsFromTheLatestBatchOnlyAndOnce() {
        Lease lease = awaiting("a");
        assertThat(confirm("a", unreadable(), "x" + lease.nonce())).isEqualTo(new Confirmed.Superseded(A));
        confirm("a", unreadable(), lease.nonce());

        assertThat(confirm("a", unreadable(), lease.nonce())).isEqualTo(new Confirmed.Superseded(A));
        assertThat(view("a").misses()).isEqualTo(1);
    }

    private static Confirmation.Verdict unreadable() {
        return new Confirmation.Unreadable("/blog answered with status 500", DELAY, GIVE_UP_AFTER);
    }

    @Test
    void goodNewsOfAnOlderBatchStillCompletesAfterIt() {
        Lease lease = awaiting("a");
        confirm("a", negative(), lease.nonce());

        assertThat(confirm("a", fresh(), lease.nonce())).isInstanceOf(Confirmed.Ended.class);
        assertThat(view("a").state()).isEqualTo(HandshakeState.COMPLETED);
    }

    @Test
    void neverMovesAnEndedOneBack() {
        Lease lease = awaiting("a");
        confirm("a", fresh());

        assertThat(confirm("a", negative(), lease.nonce())).isEqualTo(new Confirmed.Late(A, HandshakeState.COMPLETED));
        assertThat(view("a").state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view("a").lastError()).isEmpty();
    }

    @Test
    void afterAFailureOfAnotherKindIsLate() {
        Lease lease = publishAndClaim("a");
        settle(lease, new Settlement.Rejected("no", false));

        assertThat(confirm("a", negative(), lease.nonce())).isEqualTo(new Confirmed.Late(A, HandshakeState.FAILED));
        assertThat(view("a").failure()).hasValue(FailureReason.REJECTED);
    }
}
