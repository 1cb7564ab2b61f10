package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.boot.Strategies;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.roster.Target;
import dev.cachehandshake.worker.roster.TargetRoster;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers to each target what is for it, to several at the same time, and lets go of the leases when that is done. A target
 * that hangs keeps no more calls than it may have at a time, and after a moment nobody but its own handshakes waits for it.
 * Thread-safe.
 */
public final class FanOut implements Delivery {
    private static final Logger log = LoggerFactory.getLogger(FanOut.class);
    private static final Duration A_MOMENT = Duration.ofSeconds(2);

    /** What delivers to one target, and what is to be done when that is gone. */
    public record ToTarget(Delivery delivery, Runnable forget) {}

    private record Known(ToTarget to, Map<DeliveryClass, Bulkhead> calls) {}

    private final TargetRoster roster;
    private final Function<Target, ToTarget> factory;
    private final LeaseKeeper leases;
    private final Settling settling;
    private final Backoff backoff;
    private final Strategies strategies;
    private final TargetSettings settings;
    private final BulkheadRegistry bulkheads;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** @param factory of what delivers to a target that has not been met before */
    public FanOut(
            TargetRoster roster,
            Function<Target, ToTarget> factory,
            LeaseKeeper leases,
            Settling settling,
            Backoff backoff,
            Strategies strategies,
            TargetSettings settings,
            BulkheadRegistry bulkheads) {
        this.roster = roster;
        this.factory = factory;
        this.leases = leases;
        this.settling = settling;
        this.backoff = backoff;
        this.strategies = strategies;
        this.settings = settings;
        this.bulkheads = bulkheads;
        roster.fixed().forEach(target -> known.put(target.name(), meet(target)));
    }

    /** With several targets it returns when all are done, or after a moment; with one when that is done. */
    @Override
    public void deliver(DeliveryClass from, List<Claimed> claimed) {
        Map<String, List<Claimed>> byTarget = claimed.stream()
                .collect(Collectors.groupingBy(Claimed::target, LinkedHashMap::new, Collectors.toList()));
        List<String> there = roster.names();
        known.entrySet().removeIf(entry -> isGone(entry.getKey(), there, byTarget) && forget(entry.getValue()));
        if (there.size() <= 1 && byTarget.size() == 1) {
            byTarget.forEach((target, group) -> deliverTo(target, from, group));
            return;
        }
        CountDownLatch open = new CountDownLatch(byTarget.size());
        byTarget.forEach((target, group) -> Thread.ofVirtual().name("deliver").start(() -> {
            try {
                deliverTo(target, from, group);
            } finally {
                open.countDown();
            }
        }));
        try {
            boolean done = open.await(A_MOMENT.toMillis(), TimeUnit.MILLISECONDS);
            log.trace("{} targets, all done: {}", byTarget.size(), done);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliverTo(String name, DeliveryClass from, List<Claimed> group) {
        try {
            Known target = known.computeIfAbsent(name, met -> meet(roster.target(met)));
            Bulkhead calls = target.calls().get(from);
            if (calls.tryAcquirePermission()) {
                try {
                    target.to().delivery().deliver(from, group);
                } finally {
                    calls.onComplete();
                }
            } else {
                settling.settle(group.stream().map(one -> later(from, one)).toList());
            }
        } catch (RuntimeException unforeseen) {
            log.error("a delivery to {} broke off, and what it had is rescued", name, unforeseen);
        } finally {
            leases.letGo(group.stream().map(Claimed::lease).toList());
        }
    }

    private Settlement later(DeliveryClass from, Claimed claimed) {
        return new Settlement(
                claimed.lease(),
                claimed.target(),
                new Settlement.NotReached(
                        "it has not answered " + strategies.of(from).concurrency() + " earlier calls yet",
                        backoff.afterMiss(claimed.misses()),
                        settings.giveUpAfter(),
                        true));
    }

    private Known meet(Target target) {
        Map<DeliveryClass, Bulkhead> calls = new EnumMap<>(DeliveryClass.class);
        for (DeliveryClass each : DeliveryClass.values()) {
            BulkheadConfig atATime = BulkheadConfig.custom()
                    .maxConcurrentCalls(strategies.of(each).concurrency())
                    .maxWaitDuration(Duration.ZERO)
                    .build();
            calls.put(each, bulkheads.bulkhead(target.name() + "/" + each.wireName(), atATime));
        }
        return new Known(factory.apply(target), calls);
    }

    private static boolean isGone(String name, List<String> there, Map<String, List<Claimed>> byTarget) {
        return !there.contains(name) && !byTarget.containsKey(name);
    }

    private boolean forget(Known target) {
        target.calls().values().forEach(calls -> bulkheads.remove(calls.getName()));
        target.to().forget().run();
        return true;
    }
}
