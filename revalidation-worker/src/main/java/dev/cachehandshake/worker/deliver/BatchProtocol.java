package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.wire.BatchJson;
import dev.cachehandshake.protocol.wire.MalformedWireException;
import dev.cachehandshake.worker.config.LeaseSettings;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.roster.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Many handshakes a call, answered one by one. A batch that fails as a whole in a way that one of its jobs may have caused
 * is halved, inside the same claim and as the same attempt, until the poison is alone; unless nothing at all goes through,
 * for then it is the site that is broken, or the leases would end before the calls do.
 */
public final class BatchProtocol implements Protocol {
    /** Next.js takes time in the square of what one call names, from about here on. */
    private static final int MOST_PAGES = 1_000;

    private final MeteredCall call;
    private final OutcomeRules rules;
    private final Settling settling;
    private final LeaseKeeper leases;
    private final LeaseSettings lease;
    private final TargetSettings settings;
    private final Target target;

    public BatchProtocol(
            MeteredCall call,
            OutcomeRules rules,
            Settling settling,
            LeaseKeeper leases,
            LeaseSettings lease,
            TargetSettings settings,
            Target target) {
        this.call = call;
        this.rules = rules;
        this.settling = settling;
        this.leases = leases;
        this.settings = settings;
        this.target = target;
        this.lease = lease;
    }

    /** @param failure of the larger batch that it was part of; empty when it has not been tried yet */
    private record Batch(List<Parcel> parcels, Optional<CallOutcome> failure) {}

    @Override
    public List<Payload> payloads(List<Parcel> parcels) {
        String nonce = nonceOf(parcels);
        List<Payload> payloads = new ArrayList<>();
        for (List<Parcel> part : cut(parcels)) {
            payloads.add(new Payload(part, request(batchId(nonce, payloads.size()), part)));
        }
        return payloads;
    }

    @Override
    public void deliver(List<Parcel> parcels) {
        long begun = System.nanoTime();
        String nonce = nonceOf(parcels);
        Duration timeout = parcels.getFirst().strategy().timeout();
        // A call that begins later may end after the leases' hard end, when others deliver the same.
        Duration timeForCalls = lease.hold().minus(timeout).minus(lease.duration());
        int fruitlessAtMost = 2 * (Integer.SIZE - Integer.numberOfLeadingZeros(parcels.size())) + 1;
        Deque<Batch> toCall = new ArrayDeque<>();
        cut(parcels).forEach(part -> toCall.add(new Batch(part, Optional.empty())));
        int calls = 0;
        boolean anyAccepted = false;
        while (!toCall.isEmpty()) {
            Batch next = toCall.pop();
            if (calls > 0 && System.nanoTime() - begun > timeForCalls.toNanos()) {
                leave(next);
                continue;
            }
            List<Parcel> batch = next.parcels().stream()
                    .filter(parcel -> leases.isHeld(parcel.claimed().lease()))
                    .toList();
            if (batch.isEmpty()) {
                continue;
            }
            String batchId = batchId(nonce, calls);
            calls++;
            boolean mayBeTakenApart = batch.size() > 1 && (anyAccepted || calls < fruitlessAtMost);
            CallOutcome outcome = call.post(batchId, request(batchId, batch), batch.size(), timeout, mayBeTakenApart);
            if (outcome instanceof CallOutcome.Accepted accepted) {
                anyAccepted = true;
                settling.settle(read(accepted, batch));
            } else if (mayBeTakenApart && mayBlameContent(outcome)) {
                int middle = batch.size() / 2;
                toCall.push(new Batch(batch.subList(middle, batch.size()), Optional.of(outcome)));
                toCall.push(new Batch(batch.subList(0, middle), Optional.of(outcome)));
            } else {
                fail(batch, outcome);
            }
        }
    }

    private static String nonceOf(List<Parcel> parcels) {
        return parcels.getFirst().claimed().lease().nonce();
    }

    /** Sub-batches are told apart by a suffix, so that all of a claim's callbacks count as the latest batch's. */
    private static String batchId(String nonce, int callsBefore) {
        return callsBefore == 0 ? nonce : nonce + "." + callsBefore;
    }

    /** For want of time: what was never tried is given back, and what was is tried again as another attempt. */
    private void leave(Batch batch) {
        batch.failure()
                .ifPresentOrElse(
                        outcome -> fail(batch.parcels(), outcome),
                        () -> settling.handBack(batch.parcels().stream()
                                .map(parcel -> parcel.claimed().lease())
                                .toList()));
    }

    private void fail(List<Parcel> batch, CallOutcome outcome) {
        settling.settle(batch.stream()
                .map(parcel -> settlementOfFailedBatch(parcel, batch.size(), outcome))
                .toList());
    }

    /** Into parts that name no more pages and tags than a call should; a single handshake may name more. */
    private static List<List<Parcel>> cut(List<Parcel> parcels) {
        List<List<Parcel>> parts = new ArrayList<>();
        List<Parcel> part = new ArrayList<>();
        int pages = 0;
        for (Parcel parcel : parcels) {
            int named = parcel.touched().all().size() + parcel.job().tags().size();
            if (!part.isEmpty() && pages + named > MOST_PAGES) {
                parts.add(part);
                part = new ArrayList<>();
                pages = 0;
            }
            part.add(parcel);
            pages += named;
        }
        parts.add(part);
        return parts;
    }

    /** A no to a batch that was not taken apart is not a no to each of its jobs. */
    private Settlement settlementOfFailedBatch(Parcel parcel, int size, CallOutcome outcome) {
        return size > 1 && outcome instanceof CallOutcome.Rejected no
                ? rules.failed(parcel, no.error(), Optional.empty())
                : rules.unaccepted(parcel, outcome);
    }

    private static boolean mayBlameContent(CallOutcome outcome) {
        return switch (outcome) {
            case CallOutcome.Failed failed -> failed.cause() != CallOutcome.Cause.SITE;
            case CallOutcome.Rejected no -> true;
            case CallOutcome.Accepted yes -> false;
            case CallOutcome.NotReached away -> false;
            case CallOutcome.Misconfigured wrong -> false;
            case CallOutcome.Deferred later -> false;
        };
    }

    private String request(String batchId, List<Parcel> batch) {
        return BatchJson.writeRequest(
                batchId,
                settings.site(),
                target.name(),
                batch.stream().allMatch(parcel -> parcel.claimed().verifiesOnly()),
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
