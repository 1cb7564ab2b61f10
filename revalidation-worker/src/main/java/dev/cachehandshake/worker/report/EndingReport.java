package dev.cachehandshake.worker.report;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.store.Ending;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of each ending, in the log and in the metrics. Called by whoever ended it, so once for each. Thread-safe. */
public final class EndingReport {
    private static final Logger log = LoggerFactory.getLogger(EndingReport.class);
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100),
        Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2500),
        Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(1),
        Duration.ofMinutes(5), Duration.ofMinutes(30)
    };

    private final MeterRegistry meters;

    public EndingReport(MeterRegistry meters) {
        this.meters = meters;
    }

    public void ended(Ending ending) {
        WideLine line = new WideLine("id", ending.id().value())
                .add("site", ending.site())
                .add("type", ending.type())
                .add("slug", ending.slug())
                .add("version", ending.version())
                .add("attempts", ending.attempts())
                .add("epoch", ending.epoch())
                .add("duration_ms", ending.durationMs());
        switch (ending.state()) {
            case COMPLETED -> log.info("handshake completed {}", line.add("freshness", freshness(ending)));
            case FAILED ->
                log.error(
                        "handshake failed for good {}",
                        line.add("reason", failure(ending)).add("error", ending.error()));
            case SIMULATED -> log.info("handshake simulated {}", line);
            case PENDING, ACKNOWLEDGED -> throw new IllegalArgumentException("not an ending: " + ending);
        }
        meters.counter(WorkerMetric.ENDED.meterName(), "state", ending.state().wireName(), "failure", failure(ending))
                .increment();
        if (ending.state() == HandshakeState.COMPLETED) {
            Timer.builder(WorkerMetric.COMPLETED_DURATION.meterName())
                    .description(WorkerMetric.COMPLETED_DURATION.description())
                    .tag("freshness", freshness(ending))
                    .serviceLevelObjectives(BUCKETS)
                    .register(meters)
                    .record(Duration.ofMillis(Math.max(0, ending.durationMs())));
        }
    }

    private static String freshness(Ending ending) {
        return ending.freshness().map(freshness -> freshness.wireName()).orElse("none");
    }

    private static String failure(Ending ending) {
        return ending.failure().map(failure -> failure.wireName()).orElse("none");
    }
}
