package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.store.StoreUnavailableException;
import dev.cachehandshake.worker.config.TargetSettings;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers to the one target: packs, calls in the target's protocol, settles. Thread-safe. */
public final class TargetDelivery implements Delivery {
    private static final Logger log = LoggerFactory.getLogger(TargetDelivery.class);

    private final HandshakeStore store;
    private final LeaseKeeper leases;
    private final Packing packing;
    private final Protocol protocol;
    private final Settling settling;
    private final TargetSettings target;
    private final boolean dryRun;

    public TargetDelivery(
            HandshakeStore store,
            LeaseKeeper leases,
            Packing packing,
            Protocol protocol,
            Settling settling,
            TargetSettings target,
            boolean dryRun) {
        this.store = store;
        this.leases = leases;
        this.packing = packing;
        this.protocol = protocol;
        this.settling = settling;
        this.target = target;
        this.dryRun = dryRun;
    }

    @Override
    public void deliver(List<Claimed> claimed) {
        List<Lease> held = Delivery.leasesOf(claimed);
        leases.keep(held);
        try {
            List<Settlement> withoutCall = new ArrayList<>();
            List<Parcel> parcels = new ArrayList<>();
            for (Claimed handshake : claimed) {
                switch (packing.pack(handshake)) {
                    case Packing.Refused refused ->
                        withoutCall.add(settlement(handshake, new Settlement.Rejected(refused.error())));
                    case Packing.Ready ready
                    when dryRun || ready.parcel().job().dryRun() ->
                        withoutCall.add(settlement(handshake, simulate(ready.parcel())));
                    case Packing.Ready ready -> parcels.add(ready.parcel());
                }
            }
            settling.settle(withoutCall);
            if (!parcels.isEmpty()) {
                protocol.deliver(parcels);
            }
        } catch (RuntimeException unforeseen) {
            log.error("a delivery of {} broke off; its handshakes are handed back", claimed.size(), unforeseen);
            handBack(held);
        } finally {
            leases.letGo(held);
        }
    }

    private Settlement.Outcome simulate(Parcel parcel) {
        log.info(
                "dry run: would POST {} for {} pages {}: {}",
                target.route(),
                parcel.touched().all().size(),
                parcel.touched().all().stream().map(page -> page.value()).toList(),
                parcel.job().json());
        return new Settlement.Simulated();
    }

    private Settlement settlement(Claimed handshake, Settlement.Outcome outcome) {
        return new Settlement(handshake.lease(), target.name(), outcome);
    }

    private void handBack(List<Lease> held) {
        try {
            store.handBack(held);
        } catch (StoreUnavailableException away) {
            log.warn(
                    "{} leases could not be handed back and run out by themselves: {}", held.size(), away.getMessage());
        }
    }
}
