package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.store.Claimed;
import java.util.List;

/** Brings claimed handshakes to the target and settles each of them. */
@FunctionalInterface
public interface Delivery {
    /**
     * Returns when all are settled, or their leases are lost. Never throws for what a target or the referee does.
     *
     * @param from whose list they were found in; a foreign job has no class of its own, and its calls are this one's
     */
    void deliver(DeliveryClass from, List<Claimed> claimed);
}
