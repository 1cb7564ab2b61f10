package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RenewContractTest extends RefereeContract {
    private static final RevalidationId A = new RevalidationId("a");

    @Test
    void prolongsTheLease() {
        Lease lease = publishAndClaim("a");
        clock.step(Duration.ofSeconds(4));

        assertThat(store.renew(List.of(lease), LEASE)).containsExactly(A);

        assertThat(lookIn("a")).isEqualTo(LEASE);
        assertThat(sweepAfter(Duration.ofSeconds(4)).rescues()).isEmpty();
        assertThat(phase("a")).isEqualTo(Phase.LEASED);
    }

    @Test
    void neverPastTheHardEnd() {
        Lease lease = publishAndClaim("a");
        clock.step(Duration.ofSeconds(10));

        assertThat(store.renew(List.of(lease), LEASE)).containsExactly(A);
        assertThat(lookIn("a")).isEqualTo(Duration.ofSeconds(2));

        clock.step(Duration.ofSeconds(2));
        assertThat(store.renew(List.of(lease), LEASE)).isEmpty();
        assertThat(sweep().rescues()).hasSize(1);
    }

    @Test
    void aLeaseThatRanOutIsStillHeldUntilTheSweeperLooks() {
        Lease lease = publishAndClaim("a");
        clock.step(LEASE.plus(TICK));

        assertThat(store.renew(List.of(lease), LEASE)).containsExactly(A);
        assertThat(sweep().rescues()).isEmpty();
    }

    @Test
    void onlyTheHolderMay() {
        publishAndClaim("a");
        clock.step(Duration.ofSeconds(4));

        assertThat(store.renew(List.of(new Lease(A, 1, "another nonce"), new Lease(A, 2, "nonce1")), LEASE))
                .isEmpty();
        assertThat(lookIn("a")).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void notOnceItHasMovedOn() {
        Lease settled = awaiting("a");

        assertThat(store.renew(List.of(settled), LEASE)).isEmpty();
        assertThat(lookIn("a")).isEqualTo(CALLBACK_WITHIN);
    }

    @Test
    void anUnknownOneIsNotHeldAndNothingIsCreated() {
        assertThat(store.renew(List.of(new Lease(new RevalidationId("unknown"), 1, "n")), LEASE))
                .isEmpty();
        assertThat(redis.zcard(RedisKeys.DEADLINES)).isZero();
    }

    @Test
    void answersEachOfMany() {
        Lease first = publishAndClaim("a");
        Lease second = publishAndClaim("b");
        settle(first, accepted());

        assertThat(store.renew(List.of(first, second), LEASE)).containsExactly(new RevalidationId("b"));
    }
}
