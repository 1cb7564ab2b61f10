package dev.cachehandshake.worker.rescue;

import dev.cachehandshake.protocol.boot.TaggedCounter;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.Sweep;
import dev.cachehandshake.worker.config.SweepSettings;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.loop.UnendingLoop;
import dev.cachehandshake.worker.report.EndingReport;
import dev.cachehandshake.worker.report.WideLine;
import dev.cachehandshake.worker.report.WorkerMetric;
import dev.cachehandshake.worker.roster.TargetRoster;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sweeps at every interval, and sooner when the referee says that something comes due sooner. Every worker does so; two
 * that sweep at once find nothing twice.
 */
public final class SweepLoop {
    private static final Logger log = LoggerFactory.getLogger(SweepLoop.class);

    private final HandshakeStore store;
    private final SweepSettings settings;
    private final TargetSettings target;
    private final TargetRoster roster;
    private final EndingReport endings;
    private final TaggedCounter rescued;
    private final Counter repaired;
    private final UnendingLoop loop = new UnendingLoop("sweep", this::runOnce);

    public SweepLoop(
            HandshakeStore store,
            SweepSettings settings,
            TargetSettings target,
            TargetRoster roster,
            EndingReport endings,
            MeterRegistry meters) {
        this.store = store;
        this.target = target;
        this.roster = roster;
        this.settings = settings;
        this.endings = endings;
        this.rescued = new TaggedCounter(
                meters,
                WorkerMetric.RESCUED,
                "cause",
                Arrays.stream(Sweep.Cause.values()).map(SweepLoop::nameOf).toList());
        this.repaired = WorkerMetric.REPAIRED.counter(meters);
    }

    public void start() {
        loop.start();
    }

    public void stop() {
        loop.stop();
    }

    private Duration runOnce() {
        Sweep sweep = store.sweep(settings.request(target.site(), roster.names()));
        sweep.endings().forEach(endings::ended);
        for (Sweep.Rescue rescue : sweep.rescues()) {
            String cause = nameOf(rescue.cause());
            rescued.count(cause);
            log.info("handshake rescued id={} cause={}", rescue.id(), cause);
        }
        for (String id : sweep.vanished()) {
            log.error(
                    "handshake vanished id={}: its hash was deleted or has expired before it ended",
                    WideLine.oneLine(id));
        }
        repaired.increment(sweep.repaired());
        Duration next = sweep.nextLook()
                .filter(look -> look.compareTo(settings.every()) < 0)
                .orElse(settings.every());
        return next.compareTo(settings.atMostEvery()) < 0 ? settings.atMostEvery() : next;
    }

    private static String nameOf(Sweep.Cause cause) {
        return cause.name().toLowerCase(Locale.ROOT);
    }
}
