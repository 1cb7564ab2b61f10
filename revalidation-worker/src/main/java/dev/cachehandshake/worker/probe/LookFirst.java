package dev.cachehandshake.worker.probe;

import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PagePath;
import dev.cachehandshake.protocol.PageSeen;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.Proof;
import dev.cachehandshake.protocol.RefusedPrimaryPathException;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.boot.TaggedCounter;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.Confirmed;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.store.StoreUnavailableException;
import dev.cachehandshake.protocol.wire.CallbackJson;
import dev.cachehandshake.protocol.wire.JobJson;
import dev.cachehandshake.protocol.wire.MalformedWireException;
import dev.cachehandshake.worker.callback.ProofWeighing;
import dev.cachehandshake.worker.config.LeaseSettings;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.deliver.Delivery;
import dev.cachehandshake.worker.report.EndingReport;
import dev.cachehandshake.worker.report.WorkerMetric;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A site that accepted and did not call back may have done everything but that. So before such a handshake is delivered
 * again its pages are read here, and weighed like a callback that says what they show; it is delivered only when that is no
 * proof. Costs nothing for a first delivery, and one more round trip for a later one.
 *
 * <p>Only a version that is seen proves anything here. A page that is missing does not: it may be that this address serves
 * no pages at all. So removals are delivered again, and so are renames, whose old page is to be missing. Thread-safe.
 */
public final class LookFirst implements Delivery {
    private static final Logger log = LoggerFactory.getLogger(LookFirst.class);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(5);
    private static final int MOST_PAGES = 100;

    private final HandshakeStore store;
    private final ProofWeighing weighing;
    private final PageLook pages;
    private final PathRules rules;
    private final TargetSettings target;
    private final EndingReport endings;
    private final Delivery delivery;
    private final Duration longestLook;
    private final TaggedCounter results;

    /** @param delivery of what is not proven */
    public LookFirst(
            HandshakeStore store,
            ProofWeighing weighing,
            PageLook pages,
            PathRules rules,
            LeaseSettings lease,
            TargetSettings target,
            EndingReport endings,
            MeterRegistry meters,
            Delivery delivery) {
        this.store = store;
        this.weighing = weighing;
        this.pages = pages;
        this.rules = rules;
        this.target = target;
        this.endings = endings;
        this.delivery = delivery;
        // What is left of the lease after that must do for a call.
        Duration spare = lease.hold().minus(target.timeout()).minus(lease.duration());
        this.longestLook = spare.compareTo(LONGEST_LOOK) < 0 ? spare : LONGEST_LOOK;
        this.results = new TaggedCounter(meters, WorkerMetric.PROBES, "result", List.of("fresh", "unproven"));
    }

    /** @param paths of its touched pages; a pattern names many, and none of them is read */
    private record Suspect(HandshakeView handshake, Job job, List<String> paths) {}

    @Override
    public void deliver(List<Claimed> claimed) {
        Set<RevalidationId> proven = proven(claimed);
        List<Claimed> others = claimed.stream()
                .filter(handshake -> !proven.contains(handshake.lease().id()))
                .toList();
        if (!others.isEmpty()) {
            delivery.deliver(others);
        }
    }

    private Set<RevalidationId> proven(List<Claimed> claimed) {
        List<RevalidationId> again = claimed.stream()
                .filter(handshake -> handshake.lease().epoch() > 1)
                .map(handshake -> handshake.lease().id())
                .toList();
        if (again.isEmpty() || longestLook.toMillis() < 1) {
            return Set.of();
        }
        try {
            List<Suspect> suspects = readable(store.find(again).values().stream()
                    .filter(this::isUnanswered)
                    .flatMap(handshake -> suspect(handshake).stream())
                    .toList());
            return suspects.isEmpty() ? Set.of() : proveByLooking(suspects);
        } catch (StoreUnavailableException away) {
            log.debug("what has no callback is delivered again unseen: {}", away.getMessage());
            return Set.of();
        }
    }

    /** Whatever else came of its last delivery has left another word in its progress. */
    private boolean isUnanswered(HandshakeView handshake) {
        return handshake.targets().stream()
                .anyMatch(progress -> progress.name().equals(target.name())
                        && progress.status().equals("accepted"));
    }

    private Optional<Suspect> suspect(HandshakeView handshake) {
        try {
            return handshake
                    .job()
                    .map(JobJson::read)
                    .filter(job -> job.version().isPresent()
                            && !job.action().removesEntry()
                            && job.previousSlug().isEmpty())
                    .map(job -> new Suspect(
                            handshake,
                            job,
                            rules.touchedBy(job).all().stream()
                                    .filter(path -> !path.isPattern())
                                    .map(PagePath::value)
                                    .toList()));
        } catch (MalformedWireException | RefusedPrimaryPathException undeliverable) {
            // Delivery has words for it.
            return Optional.empty();
        }
    }

    /** As many as their pages can be read of. */
    private static List<Suspect> readable(List<Suspect> suspects) {
        List<Suspect> readable = new ArrayList<>();
        Set<String> paths = new HashSet<>();
        for (Suspect suspect : suspects) {
            Set<String> more = new HashSet<>(paths);
            more.addAll(suspect.paths());
            if (more.size() <= MOST_PAGES) {
                paths = more;
                readable.add(suspect);
            }
        }
        return readable;
    }

    private Set<RevalidationId> proveByLooking(List<Suspect> suspects) {
        Set<String> paths = new LinkedHashSet<>();
        suspects.forEach(suspect -> paths.addAll(suspect.paths()));
        Map<String, PageLook.Page> seen = pages.look(paths, longestLook);
        Map<RevalidationId, Confirmation> proofs = new LinkedHashMap<>();
        for (Suspect suspect : suspects) {
            proof(suspect, seen).ifPresent(proof -> proofs.put(proof.id(), proof));
        }
        for (Suspect suspect : suspects) {
            results.count(proofs.containsKey(suspect.handshake().id()) ? "fresh" : "unproven");
        }
        log.info(
                "no callback came for {}, such as {}: {} found fresh by reading the pages, the others are delivered again",
                suspects.size(),
                suspects.getFirst().handshake().id(),
                proofs.size());
        for (Confirmed confirmed :
                proofs.isEmpty() ? List.<Confirmed>of() : store.confirm(List.copyOf(proofs.values()))) {
            if (confirmed instanceof Confirmed.Ended ended) {
                endings.ended(ended.ending());
            }
        }
        return proofs.keySet();
    }

    private Optional<Confirmation> proof(Suspect suspect, Map<String, PageLook.Page> seen) {
        String entry = suspect.job().type() + ":" + suspect.job().slug();
        List<PageSeen> shown = suspect.paths().stream()
                .filter(seen::containsKey)
                .map(path -> new PageSeen(
                        path,
                        seen.get(path)
                                .markers()
                                .versionOf(entry, suspect.job().version().orElseThrow()),
                        seen.get(path).status()))
                .toList();
        RevalidationId id = suspect.handshake().id();
        Confirmation.Verdict verdict = weighing.weigh(
                suspect.handshake(), new CallbackJson.Report(id, Proof.Claim.FRESH, Optional.empty(), shown));
        return verdict instanceof Confirmation.Fresh
                ? Optional.of(new Confirmation(
                        id,
                        target.name(),
                        verdict,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(CallbackJson.writePages(shown))))
                : Optional.empty();
    }
}
