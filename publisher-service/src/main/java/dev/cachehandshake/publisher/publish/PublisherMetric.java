package dev.cachehandshake.publisher.publish;

/** The metrics that the publisher shows beside those that both services do. */
public enum PublisherMetric {
    /** A counter; tag {@code outcome}: see {@link EventOutcome}. */
    EVENTS_ACCEPTED(
            "handshake.events.accepted",
            "Events that came in with the right key, by what became of them: accepted, duplicate, conflict, refused, full");

    private final String meterName;
    private final String description;

    PublisherMetric(String meterName, String description) {
        this.meterName = meterName;
        this.description = description;
    }

    public String meterName() {
        return meterName;
    }

    public String description() {
        return description;
    }
}
