package dev.cachehandshake.protocol.boot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** A metric of ours; listed in docs/metrics.md. */
public interface Metric {
    String meterName();

    /** For the scrape's HELP line. */
    String description();

    /** The counter without tags, there from now on. */
    default Counter counter(MeterRegistry meters) {
        return Counter.builder(meterName()).description(description()).register(meters);
    }
}
