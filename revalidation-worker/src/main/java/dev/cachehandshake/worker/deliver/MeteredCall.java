package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.worker.report.WorkerMetric;
import dev.cachehandshake.worker.roster.Target;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** A call of one target, if its breaker lets it through: timed, and noticed by the target's health. Thread-safe. */
public final class MeteredCall {
    private final SiteCall call;
    private final Target target;
    private final TargetHealth health;
    private final TargetCircuit circuit;
    private final Map<String, Timer> durations = new LinkedHashMap<>();
    private final DistributionSummary batchSize;

    public MeteredCall(SiteCall call, Target target, TargetHealth health, TargetCircuit circuit, MeterRegistry meters) {
        this.call = call;
        this.target = target;
        this.health = health;
        this.circuit = circuit;
        for (String outcome : CallOutcome.LABELS) {
            if (!outcome.equals(CallOutcome.DEFERRED)) {
                durations.put(
                        outcome,
                        Timer.builder(WorkerMetric.CALL_DURATION.meterName())
                                .description(WorkerMetric.CALL_DURATION.description())
                                .tag("outcome", outcome)
                                .register(meters));
            }
        }
        this.batchSize = DistributionSummary.builder(WorkerMetric.BATCH_SIZE.meterName())
                .description(WorkerMetric.BATCH_SIZE.description())
                .register(meters);
    }

    /** @param takenApart whether it is called in parts when one of its jobs may be the cause of a no */
    CallOutcome post(String subject, String json, int handshakes, Duration timeout, boolean takenApart) {
        return circuit.around(() -> metered(subject, json, handshakes, timeout), takenApart);
    }

    private CallOutcome metered(String subject, String json, int handshakes, Duration timeout) {
        Timer.Sample started = Timer.start();
        CallOutcome outcome = call.post(target, subject, json, timeout);
        started.stop(durations.get(outcome.label()));
        batchSize.record(handshakes);
        health.saw(outcome);
        return outcome;
    }
}
