package dev.cachehandshake.worker.report;

import dev.cachehandshake.protocol.boot.Metric;

/** The worker's metrics; listed in docs/metrics.md. */
public enum WorkerMetric implements Metric {
    ATTEMPTS("handshake.attempts", "Deliveries by outcome"),
    CALL_DURATION("handshake.call", "How long a call to a target took, by outcome"),
    BATCH_SIZE("handshake.batch.size", "Handshakes a call"),
    CALLS_IN_FLIGHT("handshake.calls.in.flight", "Deliveries under way"),
    COMPLETED_DURATION("handshake.completed", "From accepted to completed, by freshness"),
    ENDED("handshake.ended", "Handshakes that this worker saw end, by state and failure"),
    RESCUED("handshake.rescued", "Handshakes put back into a list, by what was lost: popped, lease, callback, covered"),
    REPAIRED("handshake.repaired", "Ended handshakes whose public state others had overwritten"),
    CALLBACKS("handshake.callbacks", "What callbacks changed, by result"),
    PROBES("handshake.probes", "Handshakes without a callback whose pages were read, by result"),
    HELLOS("handshake.hellos", "Replicas that said hello, by what they had to make anew"),
    SITE_HELD(
            "handshake.site.held",
            "1 while something holds the site, so that nothing of it is delivered, by what does"),
    POISONED("handshake.poisoned", "Elements of the queue that were no jobs, found by this worker"),
    GHOSTS("handshake.ghosts", "Elements whose handshake was not waiting any more"),
    TARGET_OUTAGE(
            "handshake.target.outage", "1 while the target is not reached, or refuses every call as wrongly set up"),
    TARGET_MISCONFIGURED(
            "handshake.target.misconfigured",
            "1 while the last whole call was refused as wrongly set up: 401, 403, 404, 405, an untrusted certificate"),
    CIRCUIT_OPEN("handshake.circuit.open", "1 while the target's breaker is open, so that it is not called"),
    PAGES_UNREADABLE(
            "handshake.pages.unreadable", "1 while pages that a change touches answer with errors or not at all");

    private final String meterName;
    private final String description;

    WorkerMetric(String meterName, String description) {
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
