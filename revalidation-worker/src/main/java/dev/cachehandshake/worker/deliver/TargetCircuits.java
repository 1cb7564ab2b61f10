package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.store.Circuit;
import dev.cachehandshake.protocol.store.CircuitStore;
import dev.cachehandshake.worker.config.CircuitSettings;
import dev.cachehandshake.worker.loop.UnendingLoop;
import dev.cachehandshake.worker.report.WorkerMetric;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The breakers of a site's targets, one each. Now and then it asks the referee for all of them, so that also a worker which
 * has nothing to claim shows what is so. Thread-safe.
 */
public final class TargetCircuits {
    private final String site;
    private final CircuitStore store;
    private final CircuitSettings settings;
    private final CircuitBreakerRegistry breakers;
    private final MeterRegistry meters;
    private final Map<String, Shown> known = new ConcurrentHashMap<>();
    private final UnendingLoop loop = new UnendingLoop("circuits", this::runOnce);

    private record Shown(TargetCircuit circuit, Gauge gauge) {}

    public TargetCircuits(
            String site,
            CircuitStore store,
            CircuitSettings settings,
            CircuitBreakerRegistry breakers,
            MeterRegistry meters) {
        this.site = site;
        this.store = store;
        this.settings = settings;
        this.breakers = breakers;
        this.meters = meters;
    }

    public void start() {
        loop.start();
    }

    public void stop() {
        loop.stop();
    }

    /** The same one for the same target, until that is forgotten. */
    public TargetCircuit of(String target) {
        return known.computeIfAbsent(target, this::meet).circuit();
    }

    /** The target is gone. */
    public void forget(String target) {
        known.computeIfPresent(target, (name, gone) -> {
            meters.remove(gone.gauge());
            breakers.remove(name);
            return null;
        });
    }

    private Shown meet(String target) {
        TargetCircuit circuit =
                new TargetCircuit(new Circuit(site, target), store, settings, breakers, System::nanoTime);
        Gauge gauge = Gauge.builder(WorkerMetric.CIRCUIT_OPEN.meterName(), circuit, gate -> gate.isOpen() ? 1 : 0)
                .description(WorkerMetric.CIRCUIT_OPEN.description())
                .tag("target", target)
                .register(meters);
        return new Shown(circuit, gauge);
    }

    private Duration runOnce() {
        known.forEach((target, shown) -> {
            long askedAt = shown.circuit().now();
            shown.circuit().heard(store.read(new Circuit(site, target)), askedAt);
        });
        return settings.probeEvery();
    }
}
