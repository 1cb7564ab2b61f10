package dev.cachehandshake.publisher.publish;

import dev.cachehandshake.protocol.boot.TaggedCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import org.springframework.stereotype.Component;

/** Counts replays by their outcome, in the words that events have. Thread-safe. */
@Component
public final class ReplayTally {
    private final TaggedCounter counter;

    ReplayTally(MeterRegistry meters) {
        counter = new TaggedCounter(
                meters,
                PublisherMetric.REPLAYS,
                "outcome",
                Arrays.stream(EventOutcome.values()).map(EventOutcome::tag).toList());
    }

    public void count(EventOutcome outcome) {
        counter.count(outcome.tag());
    }
}
