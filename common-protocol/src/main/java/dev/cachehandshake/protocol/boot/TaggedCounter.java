package dev.cachehandshake.protocol.boot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A counter with one tag whose values are known beforehand. Each value is there from the start, at zero: a rate over a series
 * that appears with its first event misses that event. Thread-safe.
 */
public final class TaggedCounter {
    private final Map<String, Counter> byValue = new LinkedHashMap<>();

    public TaggedCounter(MeterRegistry meters, Metric metric, String tag, List<String> values) {
        for (String value : values) {
            byValue.put(
                    value,
                    Counter.builder(metric.meterName())
                            .description(metric.description())
                            .tag(tag, value)
                            .register(meters));
        }
    }

    /** @throws IllegalArgumentException when the value is none of those known */
    public void count(String value) {
        Counter counter = byValue.get(value);
        if (counter == null) {
            throw new IllegalArgumentException("\"" + value + "\" is none of " + byValue.keySet());
        }
        counter.increment();
    }
}
