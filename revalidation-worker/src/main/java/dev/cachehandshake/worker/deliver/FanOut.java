package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.boot.Strategies;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.roster.Target;
import dev.cachehandshake.worker.roster.TargetRoster;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
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

    private record Known(ToTarget to, Map<DeliveryClass, Semaphore> freeCalls) {}

    private final TargetRoster roster;
    private final Function<Target, ToTarget> factory;
    private final LeaseKeeper leases;
    private final Settling settling;
    private final Backoff backoff;
    private final Strategies strategies;
    private final TargetSettings settings;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** @param factory of what delivers to a target that has not been met before */
    public FanOut(
            TargetRoster roster,
            Function<Target, ToTarget> factory,
            LeaseKeeper leases,
            Settling settling,
            Backoff backoff,
            Strategies strategies,
            TargetSettings settings) {
        this.roster = roster;
        this.factory = factory;
        this.leases = leases;
        this.settling = settling;
        this.backoff = backoff;
        this.strategies = strategies;
        this.settings = settings;
        roster.fixed().forEach(target -> known.put(target.name(), meet(target)));
    }

    /** With several targets it returns when all are done, or after a moment; with one when that is done. */
    @Override
    public void deliver(List<Claimed> claimed) {
        Map<String, List<Claimed>> byTarget = claimed.stream()
                .collect(Collectors.groupingBy(Claimed::target, LinkedHashMap::new, Collectors.toList()));
        List<String> there = roster.names();
        known.entrySet().removeIf(entry -> isGone(entry.getKey(), there, byTarget) && forget(entry.getValue()));
        if (there.size() <= 1 && byTarget.size() == 1) {
            byTarget.forEach(this::deliverTo);
            return;
        }
        CountDownLatch open = new CountDownLatch(byTarget.size());
        byTarget.forEach((target, group) -> Thread.ofVirtual().name("deliver").start(() -> {
            try {
                deliverTo(target, group);
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

    private void deliverTo(String name, List<Claimed> group) {
        try {
            Known target = known.computeIfAbsent(name, met -> meet(roster.target(met)));
            Semaphore freeCalls = target.freeCalls().get(classOf(group.getFirst()));
            if (freeCalls.tryAcquire()) {
                try {
                    target.to().delivery().deliver(group);
                } finally {
                    freeCalls.release();
                }
            } else {
                settling.settle(group.stream().map(this::later).toList());
            }
        } catch (RuntimeException unforeseen) {
            log.error("a delivery to {} broke off, and what it had is rescued", name, unforeseen);
        } finally {
            leases.letGo(group.stream().map(Claimed::lease).toList());
        }
    }

    private Settlement later(Claimed claimed) {
        return new Settlement(
                claimed.lease(),
                claimed.target(),
                new Settlement.NotReached(
                        "it has not answered " + strategies.of(classOf(claimed)).concurrency() + " earlier calls yet",
                        backoff.afterMiss(claimed.misses()),
                        settings.giveUpAfter(),
                        true));
    }

    private Known meet(Target target) {
        Map<DeliveryClass, Semaphore> freeCalls = new EnumMap<>(DeliveryClass.class);
        for (DeliveryClass each : DeliveryClass.values()) {
            freeCalls.put(each, new Semaphore(strategies.of(each).concurrency()));
        }
        return new Known(factory.apply(target), freeCalls);
    }

    /** A foreign publisher knows the intake only, which is the normal class's. */
    private static DeliveryClass classOf(Claimed claimed) {
        return claimed.deliveryClass().orElse(DeliveryClass.NORMAL);
    }

    private static boolean isGone(String name, List<String> there, Map<String, List<Claimed>> byTarget) {
        return !there.contains(name) && !byTarget.containsKey(name);
    }

    private static boolean forget(Known target) {
        target.to().forget().run();
        return true;
    }
}
