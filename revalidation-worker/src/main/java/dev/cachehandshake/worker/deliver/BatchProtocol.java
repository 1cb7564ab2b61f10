package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.wire.BatchJson;
import dev.cachehandshake.protocol.wire.MalformedWireException;
import dev.cachehandshake.worker.config.TargetSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Many handshakes a call, answered one by one. A batch that fails as a whole in a way that one of its jobs may have caused
 * is halved, inside the same claim and as the same attempt, until the poison is alone; unless nothing at all goes through,
 * for then it is the site that is broken.
 */
public final class BatchProtocol implements Protocol {
    private final MeteredCall call;
    private final OutcomeRules rules;
    private final Settling settling;
    private final TargetSettings target;

    public BatchProtocol(MeteredCall call, OutcomeRules rules, Settling settling, TargetSettings target) {
        this.call = call;
        this.rules = rules;
        this.settling = settling;
        this.target = target;
    }

    @Override
    public void deliver(List<Parcel> parcels) {
        // Sub-batches are told apart by a suffix, so that all of a claim's callbacks count as the latest batch's.
        String nonce = parcels.getFirst().claimed().lease().nonce();
        int fruitlessAtMost = 2 * (Integer.SIZE - Integer.numberOfLeadingZeros(parcels.size())) + 1;
        Deque<List<Parcel>> toCall = new ArrayDeque<>(List.of(parcels));
        int calls = 0;
        boolean anyAccepted = false;
        while (!toCall.isEmpty()) {
            List<Parcel> batch = toCall.pop();
            String batchId = calls == 0 ? nonce : nonce + "." + calls;
            CallOutcome outcome = call.post(batchId, request(batchId, batch), batch.size());
            calls++;
            if (outcome instanceof CallOutcome.Accepted accepted) {
                anyAccepted = true;
                settling.settle(read(accepted, batch));
            } else if (batch.size() > 1 && blamesContent(outcome) && (anyAccepted || calls < fruitlessAtMost)) {
                int middle = batch.size() / 2;
                toCall.push(batch.subList(middle, batch.size()));
                toCall.push(batch.subList(0, middle));
            } else {
                settling.settle(batch.stream()
                        .map(parcel -> settlementOfFailedBatch(parcel, batch.size(), outcome))
                        .toList());
            }
        }
    }

    /** A no to a batch that was not taken apart is not a no to each of its jobs. */
    private Settlement settlementOfFailedBatch(Parcel parcel, int size, CallOutcome outcome) {
        return size > 1 && outcome instanceof CallOutcome.Rejected no
                ? rules.failed(parcel, no.error(), Optional.empty())
                : rules.unaccepted(parcel, outcome);
    }

    private static boolean blamesContent(CallOutcome outcome) {
        return switch (outcome) {
            case CallOutcome.Failed failed -> failed.blamesContent();
            case CallOutcome.Rejected no -> true;
            case CallOutcome.Accepted yes -> false;
            case CallOutcome.NotReached away -> false;
            case CallOutcome.Misconfigured wrong -> false;
        };
    }

    private String request(String batchId, List<Parcel> batch) {
        return BatchJson.writeRequest(
                batchId,
                target.site(),
                target.name(),
                batch.stream()
                        .map(parcel -> new BatchJson.Entry(parcel.job(), parcel.touched()))
                        .toList());
    }

    private List<Settlement> read(CallOutcome.Accepted accepted, List<Parcel> batch) {
        BatchJson.Answer answer;
        try {
            answer = BatchJson.readAnswer(accepted.body().getBytes(StandardCharsets.UTF_8));
        } catch (MalformedWireException unreadable) {
            String error = "the site answered " + accepted.status() + ", and its answer " + unreadable.getMessage()
                    + ": a hand-written route needs handshake.target.protocol=single";
            return batch.stream()
                    .map(parcel -> rules.failed(parcel, error, Optional.empty()))
                    .toList();
        }
        List<Settlement> settlements = new ArrayList<>();
        for (Parcel parcel : batch) {
            BatchJson.Result result = answer.results().get(parcel.job().id().value());
            if (result == null) {
                settlements.add(rules.failed(
                        parcel,
                        "the site answered " + accepted.status() + " without a word on this one",
                        Optional.empty()));
            } else if (result.accepted()) {
                settlements.add(rules.accepted(parcel, answer.replica(), answer.buildId()));
            } else {
                settlements.add(rules.rejected(
                        parcel, "the site rejected it: " + result.reason().orElse("no reason given")));
            }
        }
        return settlements;
    }
}
