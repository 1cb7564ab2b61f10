package dev.cachehandshake.worker.report;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.store.Ending;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
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

    private static final String NONE = "none";

    private final Map<String, Counter> ended = new HashMap<>();
    private final Map<String, Timer> completed = new HashMap<>();

    /** Every series is there from the start, at zero. */
    public EndingReport(MeterRegistry meters) {
        for (FailureReason reason : FailureReason.values()) {
            register(meters, HandshakeState.FAILED, reason.wireName());
        }
        register(meters, HandshakeState.COMPLETED, NONE);
        register(meters, HandshakeState.SIMULATED, NONE);
        for (Freshness freshness : Freshness.values()) {
            completed.put(
                    freshness.wireName(),
                    Timer.builder(WorkerMetric.COMPLETED_DURATION.meterName())
                            .description(WorkerMetric.COMPLETED_DURATION.description())
                            .tag("freshness", freshness.wireName())
                            .serviceLevelObjectives(BUCKETS)
                            .register(meters));
        }
    }

    private void register(MeterRegistry meters, HandshakeState state, String failure) {
        ended.put(
                state.wireName() + failure,
                Counter.builder(WorkerMetric.ENDED.meterName())
                        .description(WorkerMetric.ENDED.description())
                        .tag("state", state.wireName())
                        .tag("failure", failure)
                        .register(meters));
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
        ended.get(ending.state().wireName() + failure(ending)).increment();
        if (ending.state() == HandshakeState.COMPLETED) {
            completed.get(freshness(ending)).record(Duration.ofMillis(Math.max(0, ending.durationMs())));
        }
    }

    private static String freshness(Ending ending) {
        return ending.freshness().map(freshness -> freshness.wireName()).orElse(NONE);
    }

    private static String failure(Ending ending) {
        return ending.failure().map(failure -> failure.wireName()).orElse(NONE);
    }
}
