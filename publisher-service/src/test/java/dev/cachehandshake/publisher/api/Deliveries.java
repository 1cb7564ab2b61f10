package dev.cachehandshake.publisher.api;

import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.store.ClaimRequest;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.store.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a worker would do, as far as tests of the publisher need it. */
final class Deliveries {
    private final HandshakeStore store;
    private int claims;

    Deliveries(HandshakeStore store) {
        this.store = store;
    }

    List<Lease> claim() {
        claims++;
        return store
                .claim(new ClaimRequest(
                        "nonce" + claims,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(60),
                        100,
                        Optional.empty(),
                        Roster.of("nextjs")))
                .handshakes()
                .stream()
                .map(claimed -> claimed.lease())
                .toList();
    }

    /** The site says no to everything that waits. */
    void reject(String reason) {
        settle(new Settlement.Rejected(reason, false));
    }

    void settle(Settlement.Outcome outcome) {
        store.settle(claim().stream()
                .map(lease -> new Settlement(lease, "nextjs", outcome))
                .toList());
    }
}
