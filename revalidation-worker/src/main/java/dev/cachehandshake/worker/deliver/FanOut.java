package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.worker.roster.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Delivers to each target what is for it, to several at the same time, so that a claim takes as long as its slowest target.
 * Thread-safe.
 */
public final class FanOut implements Delivery {
    /** Of addresses come and gone, before those that are not in use are forgotten. */
    private static final int KNOWN_AT_MOST = 64;

    /** What delivers to one target, and what is to be closed when that is gone. */
    public record ToTarget(Delivery delivery, Runnable close) {}

    private final Function<String, Target> targets;
    private final Function<Target, ToTarget> factory;
    private final Map<String, ToTarget> known = new ConcurrentHashMap<>();

    /**
     * @param fixed targets that are known from the start
     * @param targets by name
     * @param factory of what delivers to a target that has not been met before
     */
    public FanOut(List<Target> fixed, Function<String, Target> targets, Function<Target, ToTarget> factory) {
        this.targets = targets;
        this.factory = factory;
        fixed.forEach(target -> known.put(target.name(), factory.apply(target)));
    }

    @Override
    public void deliver(List<Claimed> claimed) {
        Map<String, List<Claimed>> byTarget = claimed.stream()
                .collect(Collectors.groupingBy(Claimed::target, LinkedHashMap::new, Collectors.toList()));
        forgetOthersThan(byTarget.keySet());
        List<Thread> others = new ArrayList<>();
        Runnable last = null;
        for (Map.Entry<String, List<Claimed>> group : byTarget.entrySet()) {
            Delivery delivery = known.computeIfAbsent(group.getKey(), name -> factory.apply(targets.apply(name)))
                    .delivery();
            if (last != null) {
                others.add(Thread.ofVirtual().name("deliver").start(last));
            }
            last = () -> delivery.deliver(group.getValue());
        }
        if (last != null) {
            last.run();
        }
        join(others);
    }

    private void forgetOthersThan(Set<String> inUse) {
        if (known.size() > KNOWN_AT_MOST) {
            known.entrySet().removeIf(entry -> {
                boolean forget = !inUse.contains(entry.getKey());
                if (forget) {
                    entry.getValue().close().run();
                }
                return forget;
            });
        }
    }

    private static void join(List<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException stopping) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
