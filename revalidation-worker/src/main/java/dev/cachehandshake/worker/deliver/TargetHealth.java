package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.worker.report.WorkerMetric;
import dev.cachehandshake.worker.roster.Target;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices when the target goes away and when it is back, and says so once each. Thread-safe. */
public final class TargetHealth {
    private static final Logger log = LoggerFactory.getLogger(TargetHealth.class);

    private final Target target;
    private final MeterRegistry meters;
    private final List<Gauge> gauges;
    private final AtomicBoolean away = new AtomicBoolean();
    private final AtomicBoolean misconfigured = new AtomicBoolean();

    public TargetHealth(Target target, MeterRegistry meters) {
        this.target = target;
        this.meters = meters;
        this.gauges = List.of(
                gauge(WorkerMetric.TARGET_OUTAGE, away), gauge(WorkerMetric.TARGET_MISCONFIGURED, misconfigured));
    }

    private Gauge gauge(WorkerMetric metric, AtomicBoolean shown) {
        return Gauge.builder(metric.meterName(), shown, flag -> flag.get() ? 1 : 0)
                .description(metric.description())
                .tag("target", target.name())
                .register(meters);
    }

    /** The target is gone, and its gauges with it. */
    public void forget() {
        gauges.forEach(meters::remove);
    }

    void saw(CallOutcome outcome) {
        misconfigured.set(outcome instanceof CallOutcome.Misconfigured);
        switch (outcome) {
            case CallOutcome.NotReached no -> outage(no.error(), "is it running?");
            case CallOutcome.Misconfigured wrong ->
                outage(wrong.error(), "does its route file exist, and has it the same REVALIDATION_SECRET and site?");
            case CallOutcome.Accepted yes -> back();
            // A time-out or a proxy's 502 does not say that the site is there.
            case CallOutcome.Failed unclear -> log.trace("{}", unclear.error());
            case CallOutcome.Rejected no -> back();
            case CallOutcome.Deferred later -> log.trace("{}", later.error());
        }
    }

    private void outage(String error, String question) {
        if (away.compareAndSet(false, true)) {
            log.error(
                    "target {} is out: {}; {} Its handshakes wait and use up no attempts",
                    target.name(),
                    error,
                    question);
        }
    }

    private void back() {
        if (away.compareAndSet(true, false)) {
            log.info("target {} is back", target.name());
        }
    }
}
