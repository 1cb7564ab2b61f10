package dev.cachehandshake.worker.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.worker.config.LeaseSettings;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeaseKeeperTest {
    private static final Lease LEASE = new Lease(new RevalidationId("one"), 1, "nonce");
    private static final Lease LATER = new Lease(new RevalidationId("one"), 2, "another");

    private final HandshakeStore store = mock(HandshakeStore.class);
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final LeaseKeeper leases = new LeaseKeeper(
            store, new LeaseSettings(Duration.ofSeconds(3), Duration.ofMillis(1), Duration.ofSeconds(90)), nanos::get);

    @AfterEach
    void stop() {
        leases.stop();
    }

    private void pass(long millis) {
        nanos.addAndGet(Duration.ofMillis(millis).toNanos());
    }

    @Test
    void aLeaseThatWasNotRenewedInTimeIsHeldNoMore() {
        leases.keep(List.of(LEASE), leases.now());
        assertThat(leases.isHeld(LEASE)).isTrue();
        assertThat(leases.isHeld(LATER)).isFalse();

        pass(2_999);
        assertThat(leases.isHeld(LEASE)).isTrue();

        pass(1);
        assertThat(leases.isHeld(LEASE))
                .as("as after a sleep: the referee may have given it to another worker")
                .isFalse();
        assertThat(leases.held()).as("and it is asked for all the same").containsExactly(LEASE);
    }

    @Test
    void aLeaseIsNoYoungerThanTheQuestionForIt() {
        long askedAt = leases.now();
        pass(2_000);
        leases.keep(List.of(LEASE), askedAt);
        pass(1_500);

        assertThat(leases.isHeld(LEASE)).isFalse();
    }

    @Test
    void aRenewedLeaseIsHeldOn() {
        when(store.renew(any(), any())).thenReturn(Set.of(LEASE.id()));
        leases.keep(List.of(LEASE), leases.now());
        pass(4_000);

        leases.start();

        await().untilAsserted(() -> assertThat(leases.isHeld(LEASE)).isTrue());
    }

    @Test
    void whatTheRefereeHasGivenToAnotherIsLetGo() {
        when(store.renew(any(), any())).thenReturn(Set.of());
        leases.keep(List.of(LEASE), leases.now());

        leases.start();

        await().untilAsserted(() -> assertThat(leases.held()).isEmpty());
    }
}
