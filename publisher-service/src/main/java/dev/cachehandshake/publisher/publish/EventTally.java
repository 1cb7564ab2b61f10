package dev.cachehandshake.publisher.publish;

import dev.cachehandshake.protocol.boot.TaggedCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import org.springframework.stereotype.Component;

/** Counts events by their outcome. Thread-safe. */
@Component
public final class EventTally {
    private final TaggedCounter counter;

    EventTally(MeterRegistry meters) {
        counter = new TaggedCounter(
                meters,
                PublisherMetric.EVENTS,
                "outcome",
                Arrays.stream(EventOutcome.values()).map(EventOutcome::tag).toList());
    }

    public void count(EventOutcome outcome) {
        counter.count(outcome.tag());
    }
}
