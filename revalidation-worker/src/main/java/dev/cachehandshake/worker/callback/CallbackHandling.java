package dev.cachehandshake.worker.callback;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import dev.cachehandshake.protocol.boot.TaggedCounter;
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
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies a genuine callback to the handshakes it speaks of. Thread-safe. */
public final class CallbackHandling {
    private static final Logger log = LoggerFactory.getLogger(CallbackHandling.class);

    private static final List<String> RESULTS = List.of(
            "completed",
            "retry",
            "failed",
            "target-done",
            "late",
            "superseded",
            "not-delivered",
            "proof-required",
            "target-required",
            "unknown");

    private final HandshakeStore store;
    private final ProofWeighing weighing;
    private final TargetSettings target;
    private final PageHealth pages;
    private final EndingReport endings;
    private final TaggedCounter results;

    public CallbackHandling(
            HandshakeStore store,
            ProofWeighing weighing,
            TargetSettings target,
            PageHealth pages,
            EndingReport endings,
            MeterRegistry meters) {
        this.store = store;
        this.weighing = weighing;
        this.target = target;
        this.pages = pages;
        this.endings = endings;
        this.results = new TaggedCounter(meters, WorkerMetric.CALLBACKS, "result", RESULTS);
    }

    /**
     * Confirms one handshake without proof.
     *
     * @throws ProblemException {@link ProblemCode#UNKNOWN_HANDSHAKE}, {@link ProblemCode#PROOF_REQUIRED}, {@link
     *     ProblemCode#NOT_DELIVERED}, {@link ProblemCode#TARGET_REQUIRED}
     */
    void single(RevalidationId id) {
        HandshakeView handshake = find(List.of(id)).get(id);
        if (handshake == null) {
            count("unknown");
            throw unknown(id);
        }
        if (target.protocol() == TargetSettings.Protocol.BATCH
                && mayBeCompleted(handshake)
                && weighing.isToBeProven(handshake)) {
            throw proofRequired(id);
        }
        Confirmed confirmed = store.confirm(List.of(new Confirmation(
                        id,
                        nameOf(Optional.empty(), handshake),
                        new Confirmation.Unproven(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())))
                .getFirst();
        report(confirmed);
        switch (confirmed) {
            case Confirmed.Unknown gone -> throw unknown(id);
            case Confirmed.ProofRequired required -> throw proofRequired(id);
            case Confirmed.TargetRequired required ->
                throw ProblemException.of(
                                ProblemCode.TARGET_REQUIRED,
                                "Handshake " + id
                                        + " was delivered to several targets: call back in the batch form, with"
                                        + " the \"target\" of the call")
                        .with("revalidation_id", id.value());
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
        Map<RevalidationId, HandshakeView> known =
                find(batch.reports().stream().map(CallbackJson.Report::id).toList());
        Map<RevalidationId, HandshakeView> legs = legsAt(batch.target(), known.values());
        Map<String, String> answers = new LinkedHashMap<>();
        List<Weighed> good = new ArrayList<>();
        List<Weighed> bad = new ArrayList<>();
        for (CallbackJson.Report report : batch.reports()) {
            HandshakeView handshake = known.get(report.id());
            if (handshake == null) {
                answers.put(report.id().value(), count("unknown"));
                continue;
            }
            if (handshake.fannedOut() && batch.target().isEmpty()) {
                answers.put(report.id().value(), count("target-required"));
                continue;
            }
            answers.put(report.id().value(), "");
            String target = nameOf(batch.target(), handshake);
            HandshakeView part = legs.getOrDefault(report.id().at(target), handshake);
            Weighed weighed = weigh(handshake, part, target, report);
            switch (weighed.verdict()) {
                case Confirmation.Fresh fresh -> good.add(weighed);
                case Confirmation.Unproven unproven -> good.add(weighed);
                case Confirmation.Negative negative -> bad.add(weighed);
                case Confirmation.Unreadable unreadable -> bad.add(weighed);
            }
        }
        confirm(batch, good, answers);
        // Weighed again: the good news may be what shows that an opaque version was overtaken.
        confirm(
                batch,
                bad.stream()
                        .map(one -> weigh(one.handshake(), one.part(), one.target(), one.report()))
                        .toList(),
                answers);
        pages.heard();
        return answers;
    }

    /** @param part of the handshake that the target has to do: it itself where there is one target */
    private record Weighed(
            HandshakeView handshake,
            HandshakeView part,
            String target,
            CallbackJson.Report report,
            Confirmation.Verdict verdict) {
        RevalidationId id() {
            return handshake.fannedOut() ? report.id().at(target) : report.id();
        }
    }

    private Weighed weigh(HandshakeView handshake, HandshakeView part, String targetName, CallbackJson.Report report) {
        return new Weighed(handshake, part, targetName, report, weighing.weigh(handshake, part, targetName, report));
    }

    /** Of those that were delivered to several targets, the part of the one that speaks. */
    private Map<RevalidationId, HandshakeView> legsAt(
            Optional<String> targetName, Collection<HandshakeView> handshakes) {
        List<RevalidationId> legs = handshakes.stream()
                .filter(HandshakeView::fannedOut)
                .flatMap(handshake -> targetName.map(handshake.id()::at).stream())
                .toList();
        return legs.isEmpty() ? Map.of() : store.find(legs);
    }

    /** Of a site with one target each callback is that one's, whatever it calls itself. */
    private String nameOf(Optional<String> said, HandshakeView handshake) {
        if (handshake.fannedOut() && said.isPresent()) {
            return said.get();
        }
        return handshake.targets().stream()
                .map(HandshakeView.TargetProgress::name)
                .findFirst()
                .orElse(target.name());
    }

    private void confirm(CallbackJson.Batch batch, List<Weighed> weighed, Map<String, String> answers) {
        if (weighed.isEmpty()) {
            return;
        }
        List<Confirmation> confirmations = weighed.stream()
                .map(one -> new Confirmation(
                        one.id(),
                        one.target(),
                        one.verdict(),
                        Optional.of(batch.batchId()),
                        batch.replica(),
                        batch.buildId(),
                        Optional.of(CallbackJson.writePages(one.report().pages()))))
                .toList();
        List<Confirmed> confirmed = store.confirm(confirmations);
        for (int i = 0; i < confirmed.size(); i++) {
            answers.put(weighed.get(i).report().id().value(), report(confirmed.get(i)));
            if (weighed.get(i).verdict() instanceof Confirmation.Unreadable broken && counted(confirmed.get(i))) {
                pages.broken(broken, confirmations.get(i).id().value());
            }
        }
    }

    private static boolean counted(Confirmed confirmed) {
        return confirmed instanceof Confirmed.WillRetry
                || confirmed instanceof Confirmed.LegEnded
                || confirmed instanceof Confirmed.Ended;
    }

    /** A handshake of another site is none of this one's business: to it, nobody knows the id. */
    private Map<RevalidationId, HandshakeView> find(List<RevalidationId> ids) {
        Map<RevalidationId, HandshakeView> found = new HashMap<>(store.find(ids));
        found.values().removeIf(handshake -> !handshake.site().equals(target.site()));
        return found;
    }

    /** Whether a callback still changes it: it is open, or failed for nothing but the want of one. */
    private static boolean mayBeCompleted(HandshakeView handshake) {
        return !handshake.state().isTerminal()
                || handshake.failure().filter(FailureReason.NO_CALLBACK::equals).isPresent();
    }

    private String report(Confirmed confirmed) {
        return switch (confirmed) {
            case Confirmed.Ended ended -> {
                endings.ended(ended.ending());
                yield count(ended.ending().state().wireName());
            }
            case Confirmed.WillRetry again -> count("retry");
            case Confirmed.LegEnded leg -> count("target-done");
            case Confirmed.Late late -> count("late");
            case Confirmed.Superseded old -> count("superseded");
            case Confirmed.NotDelivered early -> count("not-delivered");
            case Confirmed.ProofRequired required -> count("proof-required");
            case Confirmed.TargetRequired required -> count("target-required");
            case Confirmed.Unknown gone -> count("unknown");
        };
    }

    private String count(String result) {
        results.count(result);
        return result;
    }

    private static ProblemException proofRequired(RevalidationId id) {
        return ProblemException.of(
                        ProblemCode.PROOF_REQUIRED,
                        "Handshake " + id
                                + " has a version, and its target proves versions: call back in the batch form, with the"
                                + " pages that were seen")
                .with("revalidation_id", id.value());
    }

    private static ProblemException unknown(RevalidationId id) {
        return ProblemException.of(
                        ProblemCode.UNKNOWN_HANDSHAKE,
                        "No handshake is called " + id
                                + ": it was never accepted, or ended so long ago that it is forgotten")
                .with("revalidation_id", id.value());
    }
}
