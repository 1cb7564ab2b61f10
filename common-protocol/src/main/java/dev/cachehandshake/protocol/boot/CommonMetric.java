package dev.cachehandshake.protocol.boot;

/** The metrics that both services show; listed in docs/metrics.md. */
public enum CommonMetric implements Metric {
    HANDSHAKES(
            "handshake.handshakes",
            "Handshakes by state: open ones now (pending, acknowledged), ended ones since the Redis was new"),
    QUEUE_DEPTH("handshake.queue.depth", "Jobs that wait to be claimed, by class"),
    QUEUE_OLDEST("handshake.queue.oldest.age", "How long the oldest waiting job has waited, by class"),
    SCHEDULED("handshake.scheduled", "Handshakes that wait for a moment: a lease's end, a retry, a callback"),
    POISON("handshake.poison", "Elements of the queue that were no jobs, since the Redis was new");

    private final String meterName;
    private final String description;

    CommonMetric(String meterName, String description) {
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
