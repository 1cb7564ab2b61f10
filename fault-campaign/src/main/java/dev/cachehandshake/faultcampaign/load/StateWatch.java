package dev.cachehandshake.faultcampaign.load;

import dev.cachehandshake.faultcampaign.history.Event;
import dev.cachehandshake.faultcampaign.history.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** Keeps asking the publisher how each handshake stands, in turn, until it has ended. */
public final class StateWatch implements AutoCloseable {
    private static final int WATCHERS = 3;
    private static final Duration BETWEEN = Duration.ofMillis(8);

    private final PublisherApi publisher;
    private final History history;
    private final Queue<String> turn = new ConcurrentLinkedQueue<>();
    private final Set<String> open = ConcurrentHashMap.newKeySet();
    private final Queue<String> ended = new ConcurrentLinkedQueue<>();
    private final List<Thread> watchers = new ArrayList<>();
    private volatile boolean closing;

    public StateWatch(PublisherApi publisher, History history) {
        this.publisher = publisher;
        this.history = history;
        for (int i = 0; i < WATCHERS; i++) {
            watchers.add(Thread.ofVirtual().name("state-watch").start(this::watch));
        }
    }

    /** Keeps an eye on that handshake from now on. */
    public void over(String id) {
        open.add(id);
        turn.add(id);
    }

    /** @return whether all handshakes were seen to have ended by then */
    public boolean awaitEnds(Duration within) {
        long until = System.nanoTime() + within.toNanos();
        while (!open.isEmpty() && System.nanoTime() < until) {
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
        return open.isEmpty();
    }

    /** Stops watching, and looks once more at each that had ended: an end is final. */
    public void lastLook() throws InterruptedException {
        close();
        List<String> all = List.copyOf(ended);
        List<Thread> looking = new ArrayList<>();
        for (int i = 0; i < WATCHERS; i++) {
            int first = i;
            looking.add(Thread.ofVirtual().start(() -> {
                for (int next = first; next < all.size(); next += WATCHERS) {
                    look(all.get(next));
                }
            }));
        }
        for (Thread thread : looking) {
            thread.join();
        }
    }

    @Override
    public void close() {
        closing = true;
        for (Thread watcher : watchers) {
            try {
                watcher.join();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void watch() {
        while (!closing) {
            String id = turn.poll();
            if (id != null) {
                if (look(id)) {
                    ended.add(id);
                    open.remove(id);
                } else {
                    turn.add(id);
                }
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
    }

    /** @return whether it has ended */
    private boolean look(String id) {
        long askedAt = history.now();
        try {
            return publisher
                    .ask(id)
                    .map(standing -> {
                        history.add(at -> new Event.StateSeen(askedAt, at, id, standing.state(), standing.failure()));
                        return standing.isTerminal();
                    })
                    .orElse(false);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
