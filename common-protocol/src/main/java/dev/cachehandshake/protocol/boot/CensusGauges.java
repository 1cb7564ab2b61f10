package dev.cachehandshake.protocol.boot;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.store.Census;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.StoreUnavailableException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToDoubleFunction;

/**
 * What Redis holds, as gauges. Both services show the same figures: take the maximum over instances, never the sum. While
 * Redis is away they are not a number.
 */
public final class CensusGauges implements MeterBinder {
    private static final long FRESH_FOR_NANOS = 1_000_000_000L;

    private final HandshakeStore store;
    private final Lock lock = new ReentrantLock();
    private Optional<Census> last = Optional.empty();
    private long takenAt;
    private boolean taken;

    CensusGauges(HandshakeStore store) {
        this.store = store;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (HandshakeState state : HandshakeState.values()) {
            gauge(CommonMetric.HANDSHAKES, census -> census.byState().getOrDefault(state, 0L))
                    .tag("state", state.wireName())
                    .register(registry);
        }
        for (DeliveryClass each : DeliveryClass.values()) {
            gauge(CommonMetric.QUEUE_DEPTH, census -> census.waiting().get(each))
                    .tag("class", each.wireName())
                    .register(registry);
            gauge(
                            CommonMetric.QUEUE_OLDEST,
                            census -> census.oldestWaiting().get(each).toMillis() / 1000.0)
                    .tag("class", each.wireName())
                    .baseUnit("seconds")
                    .register(registry);
        }
        gauge(CommonMetric.SCHEDULED, Census::scheduled).register(registry);
        gauge(CommonMetric.POISON, Census::poison).register(registry);
    }

    private Gauge.Builder<CensusGauges> gauge(CommonMetric metric, ToDoubleFunction<Census> figure) {
        return Gauge.builder(
                        metric.meterName(),
                        this,
                        gauges -> gauges.census().map(figure::applyAsDouble).orElse(Double.NaN))
                .description(metric.description());
    }

    /** One census a scrape, however many gauges it has. */
    private Optional<Census> census() {
        // Not synchronized: that would hold a virtual thread's carrier while Redis is asked.
        lock.lock();
        try {
            long now = System.nanoTime();
            if (!taken || now - takenAt > FRESH_FOR_NANOS) {
                last = askedAnew();
                taken = true;
                takenAt = System.nanoTime();
            }
            return last;
        } finally {
            lock.unlock();
        }
    }

    private Optional<Census> askedAnew() {
        try {
            return Optional.of(store.census());
        } catch (StoreUnavailableException away) {
            return Optional.empty();
        }
    }
}
