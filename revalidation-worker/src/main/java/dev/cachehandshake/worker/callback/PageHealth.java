package dev.cachehandshake.worker.callback;

import dev.cachehandshake.protocol.boot.Strategies;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.worker.config.BackoffSettings;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.report.WorkerMetric;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when the site cannot show its pages, and when it can again, and says so once each. Whatever waits for a broken
 * page is delivered and reported again within a known time, so that pages are well when that has passed without bad news.
 * Thread-safe.
 */
public final class PageHealth {
    private static final Logger log = LoggerFactory.getLogger(PageHealth.class);

    private final TargetSettings target;
    private final Duration reportsAgainWithin;
    private final Clock clock;
    private Optional<Instant> brokenAt = Optional.empty();

    public PageHealth(
            TargetSettings target, Strategies strategies, BackoffSettings backoff, Clock clock, MeterRegistry meters) {
        this.target = target;
        this.reportsAgainWithin =
                backoff.unreachedMost().plus(strategies.longestTimeout()).plus(target.callbackWithin());
        this.clock = clock;
        Gauge.builder(WorkerMetric.PAGES_UNREADABLE.meterName(), this, health -> health.isBroken() ? 1 : 0)
                .description(WorkerMetric.PAGES_UNREADABLE.description())
                .tag("target", target.name())
                .register(meters);
    }

    /** A report of broken pages that counted. */
    synchronized void broken(Confirmation.Unreadable report, String id) {
        if (!isBroken()) {
            log.error(
                    "target {} cannot show its pages: {} (handshake {}); is what it makes them from away, or its own"
                            + " address (SELF_URL) wrong? What touches such pages waits and uses up no attempts",
                    target.name(),
                    report.error(),
                    id);
        }
        brokenAt = Optional.of(clock.instant());
    }

    /** A callback came; {@link #broken} was told before what it held of broken pages. */
    synchronized void heard() {
        if (brokenAt.isPresent() && !isBroken()) {
            brokenAt = Optional.empty();
            log.info("target {} shows its pages again", target.name());
        }
    }

    private synchronized boolean isBroken() {
        return brokenAt.filter(at -> clock.instant().isBefore(at.plus(reportsAgainWithin)))
                .isPresent();
    }
}
