package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.RevalidationId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The referee of every handshake. Each method is one atomic step over any number of handshakes: it either happened or it
 * did not, and running it twice or late changes nothing that has moved on. Thread-safe.
 *
 * <p>Every method throws {@link StoreUnavailableException} when the answer did not come; the step may then have happened all
 * the same.
 */
public interface HandshakeStore {
    /** Accepts a handshake: hash, index and list element in one step. */
    PublishOutcome publish(Acceptance acceptance);

    /** Accepts the job of a failed handshake once more, as a new one; in one step, as {@link #publish} does. */
    ReplayOutcome replay(Replay replay);

    /** Takes leases on up to {@code limit} queued handshakes, the popped one first. */
    Claim claim(ClaimRequest request);

    /** Prolongs leases, never past their hard end; answers the ids still held. */
    Set<RevalidationId> renew(List<Lease> leases, Duration lease);

    /** Says how deliveries went; one result a settlement, in their order. */
    List<Settled> settle(List<Settlement> settlements);

    /** Says what sites called back; one result a confirmation, in their order. */
    List<Confirmed> confirm(List<Confirmation> confirmations);

    /** Gives leases back unused; answers the ids that were still held. */
    Set<RevalidationId> handBack(List<Lease> leases);

    /** Looks at everything whose moment has come, at most {@code limit} of each kind. */
    Sweep sweep(SweepRequest request);

    /** How handshakes stand, in the order asked for; one that nobody knows is left out. One round trip. */
    Map<RevalidationId, HandshakeView> find(Collection<RevalidationId> ids);

    /** How one handshake stands. */
    default Optional<HandshakeView> find(RevalidationId id) {
        return Optional.ofNullable(find(List.of(id)).get(id));
    }

    /** A page of what has failed and is still known, the latest first; without jobs and targets. One round trip. */
    FailedPage failed(FailedRequest request);

    /** Accepted after this one for the same entry, with an opaque version; at most 100. */
    List<HandshakeView> successorsOf(HandshakeView handshake);

    /**
     * A replica that starts has joined its site's roster, where it can be told by what name it is called; answers what it has
     * to catch up with. Whatever is claimed later reaches it.
     */
    CatchUp hello(Hello hello);

    Census census();
}
