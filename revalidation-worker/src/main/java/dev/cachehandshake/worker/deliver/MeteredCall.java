package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.worker.report.WorkerMetric;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** A call, timed, and noticed by the target's health. Thread-safe. */
public final class MeteredCall {
    private final SiteCall call;
    private final TargetHealth health;
    private final MeterRegistry meters;

    public MeteredCall(SiteCall call, TargetHealth health, MeterRegistry meters) {
        this.call = call;
        this.health = health;
        this.meters = meters;
    }

    CallOutcome post(String subject, String json, int handshakes) {
        Timer.Sample started = Timer.start(meters);
        CallOutcome outcome = call.post(subject, json);
        started.stop(meters.timer(WorkerMetric.CALL_DURATION.meterName(), "outcome", outcome.label()));
        meters.summary(WorkerMetric.BATCH_SIZE.meterName()).record(handshakes);
        health.saw(outcome);
        return outcome;
    }
}
