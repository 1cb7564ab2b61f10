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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews all leases of this worker in one script, as long as their deliveries are under way. Idle, it asks nothing. Thread-safe. */
public final class LeaseKeeper {
    private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);

    private final HandshakeStore store;
    private final LeaseSettings settings;
    private final Map<RevalidationId, Lease> held = new ConcurrentHashMap<>();
    private final UnendingLoop loop = new UnendingLoop("lease", this::runOnce);

    public LeaseKeeper(HandshakeStore store, LeaseSettings settings) {
        this.store = store;
        this.settings = settings;
    }

    public void start() {
        loop.start();
    }

    public void stop() {
        loop.stop();
    }

    /** Renews them from now on. */
    public void keep(List<Lease> leases) {
        leases.forEach(lease -> held.put(lease.id(), lease));
    }

    public void letGo(List<Lease> leases) {
        leases.forEach(lease -> held.remove(lease.id(), lease));
    }

    /** Whether nobody has lost or ended it yet, as far as is known here; no longer ago than the last renewal. */
    boolean isHeld(Lease lease) {
        return lease.equals(held.get(lease.id()));
    }

    /** Whatever is held at this moment. */
    public List<Lease> held() {
        return List.copyOf(held.values());
    }

    private Duration runOnce() {
        List<Lease> leases = held();
        if (!leases.isEmpty()) {
            Set<RevalidationId> still = store.renew(leases, settings.duration());
            for (Lease lease : leases) {
                // Settled or completed meanwhile, as a rule; else lost, and whoever delivers it next has a later token.
                if (!still.contains(lease.id()) && held.remove(lease.id(), lease)) {
                    log.debug("lease on {} is not ours any more", lease.id());
                }
            }
        }
        return settings.renewEvery();
    }
}
