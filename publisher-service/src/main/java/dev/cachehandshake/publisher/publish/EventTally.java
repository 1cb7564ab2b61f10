package dev.cachehandshake.publisher.publish;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Counts events by their outcome. Every outcome is there from the start, at zero. Thread-safe. */
@Component
public final class EventTally {
    private final Map<EventOutcome, Counter> counters = new EnumMap<>(EventOutcome.class);

    EventTally(MeterRegistry registry) {
        for (EventOutcome outcome : EventOutcome.values()) {
            Counter counter = Counter.builder(PublisherMetric.EVENTS_ACCEPTED.meterName())
                    .description(PublisherMetric.EVENTS_ACCEPTED.description())
                    .tag("outcome", outcome.tag())
                    .register(registry);
            counters.put(outcome, counter);
        }
    }

    public void count(EventOutcome outcome) {
        counters.get(outcome).increment();
    }
}
