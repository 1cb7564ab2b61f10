package dev.cachehandshake.worker.probe;

import dev.cachehandshake.protocol.ContentVersion;
import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PagePath;
import dev.cachehandshake.protocol.PageSeen;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.RefusedPrimaryPathException;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.TouchedPaths;
import dev.cachehandshake.protocol.boot.Strategies;
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
import dev.cachehandshake.worker.config.LeaseSettings;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.deliver.Delivery;
import dev.cachehandshake.worker.report.EndingReport;
import dev.cachehandshake.worker.report.WorkerMetric;
import dev.cachehandshake.worker.roster.Target;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A site that accepted and did not call back may have done everything but that. So before such a handshake is delivered
 * again its pages are read here, and it is delivered only when they do not prove it. Costs nothing for a first delivery.
 *
 * <p>Stricter than a callback, which comes from the process that has just invalidated: this one may have been restarted
 * since, and an invalidation lives in its memory alone (docs/nextjs.md). So each touched page has to be seen to show the
 * entry at its version. A page that shows nothing of it may be the old one; what tags and route patterns reach is not seen
 * at all; a page that is missing may be missing because this address serves none. All those are delivered again. Thread-safe.
 */
public final class LookFirst implements Delivery {
    private static final Logger log = LoggerFactory.getLogger(LookFirst.class);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(5);
    private static final int MOST_PAGES = 100;
    private static final int OK = 200;

    /** A site whose pages hang must not keep every call waiting: whoever finds another look under way delivers unseen. */
    private final Semaphore looking = new Semaphore(1);

    private final HandshakeStore store;
    private final PageLook pages;
    private final PathRules rules;
    private final TargetSettings settings;
    private final Target target;
    private final EndingReport endings;
    private final Delivery delivery;
    private final Duration longestLook;
    private final TaggedCounter results;

    /** @param delivery of what is not proven */
    public LookFirst(
            HandshakeStore store,
            PageLook pages,
            PathRules rules,
            LeaseSettings lease,
            Strategies strategies,
            TargetSettings settings,
            Target target,
            EndingReport endings,
            MeterRegistry meters,
            Delivery delivery) {
        this.store = store;
        this.pages = pages;
        this.rules = rules;
        this.settings = settings;
        this.target = target;
        this.endings = endings;
        this.delivery = delivery;
        // Calls may begin until one time-out and one lease before the hard end, counted from the end of the look: so
        // one
        // lease is what a look may take.
        Duration spare = lease.hold().minus(strategies.longestTimeout()).minus(lease.duration());
        this.longestLook = Collections.min(List.of(spare, lease.duration(), LONGEST_LOOK));
        this.results = new TaggedCounter(meters, WorkerMetric.PROBES, "result", List.of("fresh", "unproven"));
    }

    private record Seekable(Job job, TouchedPaths touched) {}

    /** @param paths of all its touched pages */
    private record Suspect(RevalidationId id, boolean fannedOut, Job job, List<String> paths) {}

    @Override
    public void deliver(DeliveryClass from, List<Claimed> claimed) {
        Set<RevalidationId> proven = proven(claimed);
        List<Claimed> others = claimed.stream()
                .filter(handshake -> !proven.contains(handshake.lease().id().handshake()))
                .toList();
        if (!others.isEmpty()) {
            delivery.deliver(from, others);
        }
    }

    private Set<RevalidationId> proven(List<Claimed> claimed) {
        List<RevalidationId> again = claimed.stream()
                .filter(handshake -> handshake.lease().epoch() > 1)
                .map(handshake -> handshake.lease().id().handshake())
                .toList();
        if (again.isEmpty() || longestLook.toMillis() < 1 || !looking.tryAcquire()) {
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
        } catch (RuntimeException unforeseen) {
            log.warn("what has no callback is delivered again unseen", unforeseen);
            return Set.of();
        } finally {
            looking.release();
        }
    }

    /** Bad news and failures leave another word in its progress. */
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
                    .filter(job -> job.site().equals(settings.site())
                            && job.version().isPresent()
                            && !job.action().removesEntry()
                            && job.previousSlug().isEmpty()
                            && job.tags().isEmpty())
                    .map(job -> new Seekable(job, rules.touchedBy(job)))
                    .filter(seekable -> seekable.touched().all().stream().noneMatch(PagePath::isPattern))
                    .map(seekable -> new Suspect(
                            handshake.id(),
                            handshake.fannedOut(),
                            seekable.job(),
                            seekable.touched().all().stream()
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
        Map<String, PageLook.Page> seen = pages.look(target.origin(), paths, longestLook);
        Map<RevalidationId, Confirmation> proofs = new LinkedHashMap<>();
        for (Suspect suspect : suspects) {
            proof(suspect, seen).ifPresent(proof -> proofs.put(suspect.id(), proof));
        }
        List<Confirmed> confirmed = proofs.isEmpty() ? List.of() : store.confirm(List.copyOf(proofs.values()));
        for (Suspect suspect : suspects) {
            results.count(proofs.containsKey(suspect.id()) ? "fresh" : "unproven");
        }
        log.info(
                "no callback came for {}, such as {}: {} found fresh by reading the pages, {} delivered again",
                suspects.size(),
                suspects.getFirst().id(),
                proofs.size(),
                suspects.size() - proofs.size());
        for (Confirmed one : confirmed) {
            if (one instanceof Confirmed.Ended ended) {
                endings.ended(ended.ending());
            }
        }
        return proofs.keySet();
    }

    private Optional<Confirmation> proof(Suspect suspect, Map<String, PageLook.Page> seen) {
        String entry = suspect.job().type() + ":" + suspect.job().slug();
        ContentVersion wanted = suspect.job().version().orElseThrow();
        List<PageSeen> shown = new ArrayList<>();
        for (String path : suspect.paths()) {
            PageLook.Page page = seen.get(path);
            if (page == null || page.status() != OK) {
                return Optional.empty();
            }
            Optional<ContentVersion> version = page.markers().versionOf(entry, wanted);
            if (version.filter(there -> there.isAtLeast(wanted)).isEmpty()) {
                return Optional.empty();
            }
            shown.add(new PageSeen(path, version, page.status()));
        }
        return Optional.of(new Confirmation(
                suspect.fannedOut() ? suspect.id().at(target.name()) : suspect.id(),
                Optional.of(target.name()),
                new Confirmation.Fresh(Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(CallbackJson.writePages(shown))));
    }
}
