package dev.cachehandshake.worker.callback;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.Confirmed;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.wire.CallbackJson;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.report.EndingReport;
import dev.cachehandshake.worker.report.WorkerMetric;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies a genuine callback to the handshakes it speaks of. Thread-safe. */
public final class CallbackHandling {
    private static final Logger log = LoggerFactory.getLogger(CallbackHandling.class);

    private final HandshakeStore store;
    private final ProofWeighing weighing;
    private final TargetSettings target;
    private final EndingReport endings;
    private final MeterRegistry meters;

    public CallbackHandling(
            HandshakeStore store,
            ProofWeighing weighing,
            TargetSettings target,
            EndingReport endings,
            MeterRegistry meters) {
        this.store = store;
        this.weighing = weighing;
        this.target = target;
        this.endings = endings;
        this.meters = meters;
    }

    /**
     * Confirms one handshake without proof.
     *
     * @throws ProblemException {@link ProblemCode#UNKNOWN_HANDSHAKE}, {@link ProblemCode#PROOF_REQUIRED}, {@link
     *     ProblemCode#NOT_DELIVERED}
     */
    void single(RevalidationId id) {
        HandshakeView handshake = find(id).orElseThrow(() -> unknown(id));
        if (target.protocol() == TargetSettings.Protocol.BATCH
                && handshake.version().isPresent()
                && mayBeCompleted(handshake)) {
            throw ProblemException.of(
                            ProblemCode.PROOF_REQUIRED,
                            "Handshake " + id
                                    + " has a version, and its target proves versions: call back in the batch form,"
                                    + " with the pages that were seen")
                    .with("revalidation_id", id.value());
        }
        Confirmed confirmed = store.confirm(List.of(confirmation(
                        id,
                        new Confirmation.Unproven(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())))
                .getFirst();
        report(confirmed);
        switch (confirmed) {
            case Confirmed.Unknown gone -> throw unknown(id);
            case Confirmed.NotDelivered early ->
                throw ProblemException.of(
                                ProblemCode.NOT_DELIVERED,
                                "Handshake " + id + " has not been delivered to any site yet")
                        .with("revalidation_id", id.value());
            default -> log.trace("callback for {} is done", id);
        }
    }

    /**
     * Weighs and confirms a batch.
     *
     * @return a result an id, in the callback's order
     */
    Map<String, String> batch(CallbackJson.Batch batch) {
        Map<String, String> results = new LinkedHashMap<>();
        List<Pending> good = new ArrayList<>();
        List<Pending> bad = new ArrayList<>();
        for (CallbackJson.Report report : batch.reports()) {
            results.put(report.id().value(), "unknown");
            find(report.id()).ifPresent(handshake -> {
                Pending pending = new Pending(handshake, report);
                Confirmation.Verdict verdict = weighing.weigh(handshake, report);
                if (verdict instanceof Confirmation.Negative) {
                    bad.add(pending);
                } else {
                    good.add(pending);
                }
            });
        }
        // Good news first: it may be what shows that an opaque version was overtaken.
        confirm(batch, good, results);
        confirm(batch, bad, results);
        return results;
    }

    private record Pending(HandshakeView handshake, CallbackJson.Report report) {}

    private void confirm(CallbackJson.Batch batch, List<Pending> pending, Map<String, String> results) {
        if (pending.isEmpty()) {
            return;
        }
        List<Confirmation> confirmations = pending.stream()
                .map(one -> confirmation(
                        one.report().id(),
                        weighing.weigh(one.handshake(), one.report()),
                        Optional.of(batch.batchId()),
                        batch.replica(),
                        batch.buildId(),
                        Optional.of(CallbackJson.writePages(one.report().pages()))))
                .toList();
        List<Confirmed> confirmed = store.confirm(confirmations);
        for (int i = 0; i < confirmed.size(); i++) {
            results.put(pending.get(i).report().id().value(), report(confirmed.get(i)));
        }
    }

    /** A handshake of another site is none of this one's business: to it, nobody knows the id. */
    private Optional<HandshakeView> find(RevalidationId id) {
        return store.find(id).filter(handshake -> handshake.site().equals(target.site()));
    }

    /** Whether a callback still changes it: it is open, or failed for nothing but the want of one. */
    private static boolean mayBeCompleted(HandshakeView handshake) {
        return !handshake.state().isTerminal()
                || handshake.failure().filter(FailureReason.NO_CALLBACK::equals).isPresent();
    }

    private Confirmation confirmation(
            RevalidationId id,
            Confirmation.Verdict verdict,
            Optional<String> batchId,
            Optional<String> replica,
            Optional<String> buildId,
            Optional<String> pages) {
        return new Confirmation(id, target.name(), verdict, batchId, replica, buildId, pages);
    }

    private String report(Confirmed confirmed) {
        String result = switch (confirmed) {
            case Confirmed.Ended ended -> {
                endings.ended(ended.ending());
                yield ended.ending().state().wireName();
            }
            case Confirmed.WillRetry again -> "retry";
            case Confirmed.Late late -> "late";
            case Confirmed.Superseded old -> "superseded";
            case Confirmed.NotDelivered early -> "not-delivered";
            case Confirmed.Unknown gone -> "unknown";
        };
        meters.counter(WorkerMetric.CALLBACKS.meterName(), "result", result).increment();
        return result;
    }

    private static ProblemException unknown(RevalidationId id) {
        return ProblemException.of(
                        ProblemCode.UNKNOWN_HANDSHAKE,
                        "No handshake is called " + id
                                + ": it was never accepted, or ended so long ago that it is forgotten")
                .with("revalidation_id", id.value());
    }
}
