package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.worker.config.LeaseSettings;
import dev.cachehandshake.worker.loop.UnendingLoop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews all leases of this worker in one script, as long as their deliveries are under way. Idle, it asks nothing. A lease
 * that was not renewed in time counts as lost from then on, before the referee has said so: a worker that wakes up after a
 * long sleep, or finds Redis back after a long outage, begins no more calls for what others deliver by now, but for one
 * that it was just about to make. Thread-safe.
 */
public final class LeaseKeeper {
    private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);

    private final HandshakeStore store;
    private final LeaseSettings settings;
    private final LongSupplier nanos;
    private final Map<RevalidationId, Held> held = new ConcurrentHashMap<>();
    private final UnendingLoop loop = new UnendingLoop("lease", this::runOnce);

    /** @param endsAtNanos the earliest moment at which the referee may take it for lost */
    private record Held(Lease lease, long endsAtNanos) {}

    /** @param nanos a clock that never goes back, and goes on while this process stands still: {@link System#nanoTime} */
    public LeaseKeeper(HandshakeStore store, LeaseSettings settings, LongSupplier nanos) {
        this.store = store;
        this.settings = settings;
        this.nanos = nanos;
    }

    /** The moment to give to {@link #keep}, taken before the claim is asked for. */
    public long now() {
        return nanos.getAsLong();
    }

    public void start() {
        loop.start();
    }

    public void stop() {
        loop.stop();
    }

    /**
     * Renews them from now on.
     *
     * @param askedAtNanos {@link #now()} before the claim was asked for: they are no older than that
     */
    public void keep(List<Lease> leases, long askedAtNanos) {
        leases.forEach(lease -> held.put(lease.id(), new Held(lease, endOf(askedAtNanos))));
    }

    public void letGo(List<Lease> leases) {
        leases.forEach(this::remove);
    }

    /** Whether nobody has lost or ended it yet, as far as is known here; no longer ago than the last renewal. */
    boolean isHeld(Lease lease) {
        Held known = held.get(lease.id());
        return known != null && known.lease().equals(lease) && nanos.getAsLong() - known.endsAtNanos() < 0;
    }

    /** Whatever is held at this moment. */
    public List<Lease> held() {
        return held.values().stream().map(Held::lease).toList();
    }

    private Duration runOnce() {
        List<Lease> leases = held();
        if (!leases.isEmpty()) {
            long askedAt = nanos.getAsLong();
            Set<RevalidationId> still = store.renew(leases, settings.duration());
            for (Lease lease : leases) {
                if (still.contains(lease.id())) {
                    held.computeIfPresent(
                            lease.id(),
                            (id, known) -> known.lease().equals(lease) ? new Held(lease, endOf(askedAt)) : known);
                } else if (remove(lease)) {
                    // Settled or completed meanwhile, as a rule; else lost, and whoever delivers it next has a later
                    // token.
                    log.debug("lease on {} is not ours any more", lease.id());
                }
            }
        }
        return settings.renewEvery();
    }

    private boolean remove(Lease lease) {
        Held known = held.get(lease.id());
        return known != null && known.lease().equals(lease) && held.remove(lease.id(), known);
    }

    private long endOf(long askedAtNanos) {
        return askedAtNanos + settings.duration().toNanos();
    }
}
