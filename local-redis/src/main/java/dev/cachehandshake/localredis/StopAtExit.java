package dev.cachehandshake.localredis;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Stops child processes when this JVM ends, the last one started first. One hook for all: the JVM runs several hooks at
 * once, and Redis must not go before the services that still hand their work back to it. Thread-safe.
 */
public final class StopAtExit {
    private static final Deque<Runnable> STOPS = new ConcurrentLinkedDeque<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(StopAtExit::stopAll, "stop-children"));
    }

    private static volatile boolean underWay;

    private StopAtExit() {}

    /** Whether the JVM is ending, so that a child that ends now was told to. */
    public static boolean isUnderWay() {
        return underWay;
    }

    /** @param stop runs once, in the hook's thread, unless it is {@linkplain #remove removed} before */
    public static void add(Runnable stop) {
        STOPS.addFirst(stop);
    }

    /** Forgets what was added; the same instance is meant. Does nothing for one that is not there. */
    public static void remove(Runnable stop) {
        STOPS.remove(stop);
    }

    private static void stopAll() {
        underWay = true;
        for (Runnable stop = STOPS.pollFirst(); stop != null; stop = STOPS.pollFirst()) {
            try {
                stop.run();
            } catch (RuntimeException oneFailed) {
                System.getLogger(StopAtExit.class.getName())
                        .log(System.Logger.Level.WARNING, "A child process could not be stopped", oneFailed);
            }
        }
    }
}
