package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.worker.report.WideLine;
import dev.cachehandshake.worker.roster.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers to one target: packs, calls in the target's protocol, settles. Thread-safe. */
public final class TargetDelivery implements Delivery {
    private static final Logger log = LoggerFactory.getLogger(TargetDelivery.class);

    private final Packing packing;
    private final Protocol protocol;
    private final OutcomeRules rules;
    private final LeaseKeeper leases;
    private final Settling settling;
    private final Target target;
    private final boolean dryRun;

    public TargetDelivery(
            Packing packing,
            Protocol protocol,
            OutcomeRules rules,
            LeaseKeeper leases,
            Settling settling,
            Target target,
            boolean dryRun) {
        this.packing = packing;
        this.protocol = protocol;
        this.rules = rules;
        this.leases = leases;
        this.settling = settling;
        this.target = target;
        this.dryRun = dryRun;
    }

    @Override
    public void deliver(DeliveryClass from, List<Claimed> claimed) {
        List<Settlement> withoutCall = new ArrayList<>();
        List<Parcel> rehearsed = new ArrayList<>();
        List<Parcel> parcels = new ArrayList<>();
        for (Claimed handshake : claimed) {
            switch (packing.pack(handshake)) {
                case Packing.Refused refused ->
                    withoutCall.add(settlement(handshake, new Settlement.Rejected(refused.error(), true)));
                case Packing.Ready ready when dryRun || ready.parcel().job().dryRun() -> rehearsed.add(ready.parcel());
                case Packing.Ready ready -> parcels.add(ready.parcel());
            }
        }
        if (!rehearsed.isEmpty()) {
            logWhatWouldBePosted(rehearsed);
            rehearsed.forEach(parcel -> withoutCall.add(settlement(parcel.claimed(), new Settlement.Simulated())));
        }
        settling.settle(withoutCall);
        // Of one strategy as a rule; what foreign publishers pushed may be of several, and then the urgent ones come
        // first.
        new TreeMap<>(parcels.stream()
                        .collect(Collectors.groupingBy(
                                parcel -> parcel.strategy().deliveryClass())))
                .values()
                .forEach(this::call);
    }

    /** What nobody foresaw counts as a failed attempt: handed back it would come again at once, and without end. */
    private void call(List<Parcel> parcels) {
        try {
            protocol.deliver(parcels);
        } catch (RuntimeException unforeseen) {
            if (parcels.stream()
                    .noneMatch(parcel -> leases.isHeld(parcel.claimed().lease()))) {
                // Handed back because the worker stops, and what it was delivered with is closed.
                log.debug("a delivery of {} that is not ours any more broke off", parcels.size(), unforeseen);
                return;
            }
            log.error("a delivery of {} broke off", parcels.size(), unforeseen);
            String error = "the worker's delivery broke off: " + unforeseen;
            settling.settle(parcels.stream()
                    .map(parcel -> rules.failed(parcel, error, Optional.empty()))
                    .toList());
        }
    }

    private void logWhatWouldBePosted(List<Parcel> parcels) {
        for (Protocol.Payload payload : protocol.payloads(parcels)) {
            List<String> pages = payload.parcels().stream()
                    .flatMap(parcel -> parcel.touched().all().stream())
                    .map(page -> WideLine.oneLine(page.value()))
                    .distinct()
                    .toList();
            log.info(
                    "dry run: would POST {} for {} {}: {}",
                    target.route(),
                    pages.size() == 1 ? "1 page" : pages.size() + " pages",
                    pages,
                    WideLine.oneLine(payload.body()));
        }
    }

    private Settlement settlement(Claimed handshake, Settlement.Outcome outcome) {
        return new Settlement(handshake.lease(), target.name(), outcome);
    }
}
