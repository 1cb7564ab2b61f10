package dev.cachehandshake.worker.claim;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.boot.Strategies;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** How many more calls of each class may begin: a class whose calls are all under way keeps none of another's. Thread-safe. */
final class FreeCalls {
    private final Lock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private final Map<DeliveryClass, Integer> most = new EnumMap<>(DeliveryClass.class);
    private final Map<DeliveryClass, Integer> underWay = new EnumMap<>(DeliveryClass.class);
    private final AtomicLong releases = new AtomicLong();

    FreeCalls(Strategies strategies) {
        for (DeliveryClass each : DeliveryClass.values()) {
            most.put(each, strategies.of(each).concurrency());
            underWay.put(each, 0);
        }
    }

    /** Waits until a call of any class may begin; answers of which ones. */
    List<DeliveryClass> awaitAny() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                List<DeliveryClass> free = Arrays.stream(DeliveryClass.values())
                        .filter(each -> underWay.get(each) < most.get(each))
                        .toList();
                if (!free.isEmpty()) {
                    return free;
                }
                released.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Begins a call of a class that {@link #awaitAny} answered; only the thread that asked may. */
    void begin(DeliveryClass deliveryClass) {
        lock.lock();
        try {
            underWay.merge(deliveryClass, 1, Integer::sum);
        } finally {
            lock.unlock();
        }
    }

    void end(DeliveryClass deliveryClass) {
        lock.lock();
        try {
            underWay.merge(deliveryClass, -1, Integer::sum);
            releases.incrementAndGet();
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no more than so many calls are under way; answers whether that came in time. */
    boolean awaitAtMost(int calls, Duration time) throws InterruptedException {
        long left = time.toNanos();
        lock.lockInterruptibly();
        try {
            while (underWay() > calls) {
                if (left <= 0) {
                    return false;
                }
                left = released.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** How many are under way, of all classes. */
    int underWay() {
        lock.lock();
        try {
            return underWay.values().stream().mapToInt(Integer::intValue).sum();
        } finally {
            lock.unlock();
        }
    }

    /** Grows with each call that ends: whoever has seen an older figure has not seen all that are free. */
    long releases() {
        return releases.get();
    }

    /** The longest that anybody waits at once. */
    static Duration forever() {
        return Duration.ofNanos(TimeUnit.DAYS.toNanos(365));
    }
}
