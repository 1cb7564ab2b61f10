package dev.cachehandshake.worker.callback;

import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.report.WorkerMetric;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when the site cannot show its pages, and when one that was waited for is read again, and says so once each.
 * Thread-safe.
 */
public final class PageHealth {
    private static final Logger log = LoggerFactory.getLogger(PageHealth.class);

    private final TargetSettings target;
    private final AtomicBoolean broken = new AtomicBoolean();

    public PageHealth(TargetSettings target, MeterRegistry meters) {
        this.target = target;
        Gauge.builder(WorkerMetric.PAGES_UNREADABLE.meterName(), broken, flag -> flag.get() ? 1 : 0)
                .description(WorkerMetric.PAGES_UNREADABLE.description())
                .tag("target", target.name())
                .register(meters);
    }

    /** @param before the handshake as it stood when the callback came */
    void saw(HandshakeView before, Confirmation.Verdict verdict) {
        if (verdict instanceof Confirmation.Unreadable unreadable) {
            if (broken.compareAndSet(false, true)) {
                log.error(
                        "target {} cannot show its pages: {} (handshake {}); is what it makes them from away? What"
                                + " touches such pages waits and uses up no attempts",
                        target.name(),
                        unreadable.error(),
                        before.id());
            }
        } else if (before.misses() > 0 && broken.compareAndSet(true, false)) {
            log.info("target {} shows its pages again (handshake {})", target.name(), before.id());
        }
    }
}
