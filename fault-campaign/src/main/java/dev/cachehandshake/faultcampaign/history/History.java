package dev.cachehandshake.faultcampaign.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongFunction;

/** Takes down what happens in one run, from any thread. */
public final class History {
    private final long origin = System.nanoTime();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();

    /** Nanoseconds since the run began. */
    public long now() {
        return System.nanoTime() - origin;
    }

    /** Takes down what happens at this very moment. */
    public void add(LongFunction<Event> event) {
        events.add(event.apply(now()));
    }

    /** All of it so far, in the order of time. */
    public List<Event> events() {
        List<Event> sorted = new ArrayList<>(events);
        sorted.sort(Comparator.comparingLong(Event::at));
        return List.copyOf(sorted);
    }
}
