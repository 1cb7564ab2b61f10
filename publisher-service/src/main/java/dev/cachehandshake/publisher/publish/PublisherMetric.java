package dev.cachehandshake.publisher.publish;

import dev.cachehandshake.protocol.boot.Metric;

/** The metrics that the publisher shows beside those that both services do. */
public enum PublisherMetric implements Metric {
    /** A counter; tag {@code outcome}: see {@link EventOutcome}. */
    EVENTS(
            "handshake.events",
            "Events that came in with the right key, by what became of them: accepted, duplicate, conflict, refused, full"),
    /** A counter; tag {@code outcome}: see {@link EventOutcome}. */
    REPLAYS(
            "handshake.replays",
            "Replays of failed handshakes that were asked for, by what became of them, in the words of the events");

    private final String meterName;
    private final String description;

    PublisherMetric(String meterName, String description) {
        this.meterName = meterName;
        this.description = description;
    }

    @Override
    public String meterName() {
        return meterName;
    }

    @Override
    public String description() {
        return description;
    }
}
