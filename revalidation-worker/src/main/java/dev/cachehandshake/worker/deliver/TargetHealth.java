package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.worker.report.WorkerMetric;
import dev.cachehandshake.worker.roster.Target;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices when the target goes away and when it is back, and says so once each. Thread-safe. */
public final class TargetHealth {
    private static final Logger log = LoggerFactory.getLogger(TargetHealth.class);

    private final Target target;
    private final MeterRegistry meters;
    private final Gauge gauge;
    private final AtomicBoolean away = new AtomicBoolean();

    public TargetHealth(Target target, MeterRegistry meters) {
        this.target = target;
        this.meters = meters;
        this.gauge = Gauge.builder(WorkerMetric.TARGET_OUTAGE.meterName(), away, flag -> flag.get() ? 1 : 0)
                .description(WorkerMetric.TARGET_OUTAGE.description())
                .tag("target", target.name())
                .register(meters);
    }

    /** The target is gone, and its gauge with it. */
    public void forget() {
        meters.remove(gauge);
    }

    void saw(CallOutcome outcome) {
        switch (outcome) {
            case CallOutcome.NotReached no -> outage(no.error(), "is it running?");
            case CallOutcome.Misconfigured wrong ->
                outage(wrong.error(), "does its route file exist, and has it the same REVALIDATION_SECRET and site?");
            case CallOutcome.Accepted yes -> back();
            // A time-out or a proxy's 502 does not say that the site is there.
            case CallOutcome.Failed unclear -> log.trace("{}", unclear.error());
            case CallOutcome.Rejected no -> back();
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
