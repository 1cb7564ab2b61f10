package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.RefusedPrimaryPathException;
import dev.cachehandshake.protocol.TouchedPaths;
import dev.cachehandshake.protocol.boot.Strategies;
import dev.cachehandshake.protocol.boot.Strategy;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.wire.JobJson;
import dev.cachehandshake.protocol.wire.MalformedWireException;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.report.WideLine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a claimed job and works out its pages; says why where that cannot be done. */
public final class Packing {
    private static final Logger log = LoggerFactory.getLogger(Packing.class);

    private final PathRules rules;
    private final Strategies strategies;
    private final TargetSettings target;

    public Packing(PathRules rules, Strategies strategies, TargetSettings target) {
        this.rules = rules;
        this.strategies = strategies;
        this.target = target;
    }

    /** What became of it. */
    sealed interface Packed {}

    record Ready(Parcel parcel) implements Packed {}

    record Refused(String error) implements Packed {}

    Packed pack(Claimed claimed) {
        try {
            Job job = JobJson.read(claimed.job());
            if (!job.site().equals(target.site())) {
                return new Refused("no target is set for the site \"" + job.site() + "\"; this worker serves \""
                        + target.site() + "\"");
            }
            TouchedPaths touched = rules.touchedBy(job);
            Strategy strategy = strategies.of(claimed.deliveryClass(), touched.primary());
            return new Ready(new Parcel(claimed, job, touched, strategy));
        } catch (MalformedWireException unreadable) {
            return new Refused("the job " + unreadable.getMessage());
        } catch (RefusedPrimaryPathException noPage) {
            return new Refused(noPage.getMessage());
        } catch (RuntimeException unforeseen) {
            // Or all that were claimed with it would break off too.
            log.error(
                    "job {} cannot be read",
                    WideLine.oneLine(claimed.lease().id().value()),
                    unforeseen);
            return new Refused("the job cannot be read: " + unforeseen);
        }
    }
}
