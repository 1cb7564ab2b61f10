package dev.cachehandshake.worker.deliver;

import java.util.List;
import java.util.Optional;

/** One handshake a call, the job as it is: for hand-written routes. Any 2xx is a yes. */
public final class SingleProtocol implements Protocol {
    private final MeteredCall call;
    private final OutcomeRules rules;
    private final Settling settling;
    private final LeaseKeeper leases;

    public SingleProtocol(MeteredCall call, OutcomeRules rules, Settling settling, LeaseKeeper leases) {
        this.call = call;
        this.rules = rules;
        this.settling = settling;
        this.leases = leases;
    }

    @Override
    public List<Payload> payloads(List<Parcel> parcels) {
        return parcels.stream()
                .map(parcel -> new Payload(List.of(parcel), parcel.job().json()))
                .toList();
    }

    @Override
    public void deliver(List<Parcel> parcels) {
        for (Parcel parcel : parcels) {
            if (!leases.isHeld(parcel.claimed().lease())) {
                continue;
            }
            CallOutcome outcome = call.post(
                    parcel.job().id().value(),
                    parcel.job().json(),
                    1,
                    parcel.strategy().timeout(),
                    false);
            settling.settle(List.of(
                    outcome instanceof CallOutcome.Accepted
                            ? rules.accepted(parcel, Optional.empty(), Optional.empty())
                            : rules.unaccepted(parcel, outcome)));
        }
    }
}
