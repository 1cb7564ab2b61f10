package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.Settled;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.store.StoreUnavailableException;
import dev.cachehandshake.worker.config.LeaseSettings;
import dev.cachehandshake.worker.report.EndingReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles, and goes on trying while the referee is away: a settlement may run twice, for the second one is stale. Past the
 * lease's hard end nobody waits for it any more.
 */
public final class Settling {
    private static final Logger log = LoggerFactory.getLogger(Settling.class);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final HandshakeStore store;
    private final EndingReport endings;
    private final LeaseSettings lease;

    public Settling(HandshakeStore store, EndingReport endings, LeaseSettings lease) {
        this.store = store;
        this.endings = endings;
        this.lease = lease;
    }

    void settle(List<Settlement> settlements) {
        if (settlements.isEmpty()) {
            return;
        }
        long until = System.nanoTime() + lease.hold().toNanos();
        while (true) {
            try {
                store.settle(settlements).forEach(this::report);
                return;
            } catch (StoreUnavailableException away) {
                if (System.nanoTime() > until || Thread.currentThread().isInterrupted()) {
                    log.warn(
                            "{} settlements could not be written and are left to the sweep: {}",
                            settlements.size(),
                            away.getMessage());
                    return;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** Gives back what was not tried. */
    void handBack(List<Lease> leases) {
        try {
            store.handBack(leases);
        } catch (StoreUnavailableException away) {
            log.warn(
                    "{} leases could not be handed back and run out by themselves: {}",
                    leases.size(),
                    away.getMessage());
        }
    }

    private void report(Settled settled) {
        switch (settled) {
            case Settled.Ended ended -> endings.ended(ended.ending());
            case Settled.Stale stale ->
                // The usual cause is a callback that came before the site's answer.
                log.debug("settlement of {} came too late, its phase is {}", stale.id(), stale.phase());
            case Settled.Open open -> log.trace("{} is settled", open.id());
        }
    }
}
