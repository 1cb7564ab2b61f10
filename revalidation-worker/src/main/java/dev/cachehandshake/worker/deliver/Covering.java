package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.ContentVersion;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.RefusedPrimaryPathException;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.RevalidationMode;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.wire.JobJson;
import dev.cachehandshake.protocol.wire.MalformedWireException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Edits of one page that waited together: the last one is delivered, and covers those before it whose pages, tags and version
 * it brings up to date as well. The others go back, to be delivered themselves. Thread-safe.
 */
public final class Covering {
    private final PathRules rules;
    private final Settling settling;

    public Covering(PathRules rules, Settling settling) {
        this.rules = rules;
        this.settling = settling;
    }

    /** To be done before the claimed ones are delivered: what is accepted once their call has begun nobody may cover. */
    public void settle(List<Claimed> claimed, List<Claim.Beside> beside) {
        if (beside.isEmpty()) {
            return;
        }
        Map<RevalidationId, String> jobs = new HashMap<>();
        claimed.forEach(one -> jobs.putIfAbsent(one.lease().id().handshake(), one.job()));
        List<Settlement> covered = new ArrayList<>();
        List<Claim.Beside> others = new ArrayList<>();
        for (Claim.Beside one : beside) {
            String by = jobs.get(one.by());
            if (by != null && covers(by, one.job())) {
                covered.add(new Settlement(one.lease(), "", new Settlement.Covered(one.by())));
            } else {
                others.add(one);
            }
        }
        settling.settle(covered);
        settling.handBack(others.stream().map(Claim.Beside::lease).toList());
    }

    private boolean covers(String later, String earlier) {
        try {
            return covers(JobJson.read(later), JobJson.read(earlier));
        } catch (MalformedWireException | RefusedPrimaryPathException undeliverable) {
            // Delivery has words for it.
            return false;
        }
    }

    boolean covers(Job later, Job earlier) {
        return later.site().equals(earlier.site())
                && later.type().equals(earlier.type())
                && later.slug().equals(earlier.slug())
                && later.dryRun() == earlier.dryRun()
                && supersedes(later, earlier)
                && (earlier.previousSlug().isEmpty() || earlier.previousSlug().equals(later.previousSlug()))
                && new HashSet<>(later.tags()).containsAll(earlier.tags())
                && new HashSet<>(rules.touchedBy(later).all())
                        .containsAll(rules.touchedBy(earlier).all());
    }

    /** What is gone is so whatever it was before. */
    private static boolean supersedes(Job later, Job earlier) {
        if (earlier.action().removesEntry()) {
            return later.action().removesEntry() && provesAsMuch(later, earlier);
        }
        boolean doesAsMuch =
                later.mode().filter(RevalidationMode.EXPIRE::equals).isPresent()
                        || later.mode().equals(earlier.mode());
        return later.action().removesEntry() || (doesAsMuch && provesAsMuch(later, earlier));
    }

    /** One that brings no version, or an older one, is no proof of a newer one. */
    private static boolean provesAsMuch(Job later, Job earlier) {
        if (earlier.version().isEmpty()) {
            return true;
        }
        ContentVersion wanted = earlier.version().get();
        return later.version()
                .filter(brought -> brought.isAtLeast(wanted) || brought instanceof ContentVersion.Opaque)
                .filter(brought -> brought.getClass().equals(wanted.getClass()))
                .isPresent();
    }
}
