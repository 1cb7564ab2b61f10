package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Settled;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandBackContractTest extends RefereeContract {
    private static final RevalidationId A = new RevalidationId("a");

    @Test
    void givesTheAttemptBackAndIsServedNext() {
        Lease lease = publishAndClaim("a");
        publish("b");

        assertThat(store.handBack(List.of(lease))).containsExactly(A);

        assertThat(view("a").phase()).isEqualTo(Phase.QUEUED);
        assertThat(view("a").attempts()).isZero();
        assertThat(hash("a")).containsEntry("list", "returns").doesNotContainKeys("nonce", "hold_until_ms");
        Claimed again = claimOne("a");
        assertThat(again.attempts()).isEqualTo(1);
        assertThat(again.lost()).as("handing back is no loss").isZero();
        assertThat(again.lease().epoch()).isEqualTo(2);
    }

    @Test
    void onlyTheHolderMay() {
        publishAndClaim("a");

        assertThat(store.handBack(List.of(new Lease(A, 1, "another"), new Lease(A, 7, "nonce1"))))
                .isEmpty();
        assertThat(phase("a")).isEqualTo(Phase.LEASED);
        assertThat(returns()).isEmpty();
    }

    @Test
    void onlyOnce() {
        Lease lease = publishAndClaim("a");
        store.handBack(List.of(lease));

        assertThat(store.handBack(List.of(lease))).isEmpty();
        assertThat(returns()).hasSize(1);
    }

    @Test
    void afterItTheLeaseSettlesNothing() {
        Lease lease = publishAndClaim("a");
        store.handBack(List.of(lease));

        assertThat(settle(lease, accepted())).isEqualTo(new Settled.Stale(A, "queued"));
    }

    @Test
    void aHandedBackOneThatIsPoppedAndLostIsRescued() {
        store.handBack(List.of(publishAndClaim("a")));
        redis.lpop(RedisKeys.RETURNS);

        assertThat(sweep().popped()).isEqualTo(1);
        assertThat(sweepAfter(GRACE).rescues()).hasSize(1);
        claimOne("a");
    }
}
