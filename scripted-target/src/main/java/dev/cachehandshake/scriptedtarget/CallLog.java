package dev.cachehandshake.scriptedtarget;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** What happened at the site, of which the last so many are kept. Lets a test wait for what is to come. Thread-safe. */
final class CallLog<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();
    private final Deque<T> entries = new ArrayDeque<>();
    private int capacity;

    CallLog(int capacity) {
        this.capacity = capacity;
    }

    void add(T entry) {
        lock.lock();
        try {
            entries.addLast(entry);
            trim();
            added.signalAll();
        } finally {
            lock.unlock();
        }
    }

    List<T> entries() {
        lock.lock();
        try {
            return List.copyOf(entries);
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            entries.clear();
        } finally {
            lock.unlock();
        }
    }

    void keep(int newCapacity) {
        lock.lock();
        try {
            capacity = newCapacity;
            trim();
        } finally {
            lock.unlock();
        }
    }

    /**
     * @return what was there when the condition first held
     * @throws IllegalStateException when it does not hold in time; the message tells what was there instead
     */
    List<T> await(Predicate<List<T>> condition, Duration within, String expectation) {
        long deadline = System.nanoTime() + within.toNanos();
        lock.lock();
        try {
            while (true) {
                List<T> now = List.copyOf(entries);
                if (condition.test(now)) {
                    return now;
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new IllegalStateException(
                            "waited " + within + " for " + expectation + "; there were " + now.size() + ": " + now);
                }
                boolean more = added.await(left, TimeUnit.NANOSECONDS);
                // Looked at once more even when the time is up: the last entry may have come with it.
                deadline = more ? deadline : System.nanoTime();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + expectation, interrupted);
        } finally {
            lock.unlock();
        }
    }

    private void trim() {
        while (entries.size() > capacity) {
            entries.removeFirst();
        }
    }
}
