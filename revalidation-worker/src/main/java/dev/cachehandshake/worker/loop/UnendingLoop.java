package dev.cachehandshake.worker.loop;

import dev.cachehandshake.protocol.store.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a step again and again on a virtual thread until it is stopped, whatever the step throws. A referee that is away is a
 * pause, of which the store has its say.
 */
public final class UnendingLoop {
    private static final Logger log = LoggerFactory.getLogger(UnendingLoop.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    /** Short, for it is how late the work goes on when the referee is back; and what is away costs nothing to ask. */
    private static final Duration LONGEST_PAUSE_AWAY = Duration.ofMillis(250);

    /** What is done over and over. */
    @FunctionalInterface
    public interface Step {
        /** Once round; answers how long to wait before the next. Interrupted when the loop stops. */
        Duration runOnce() throws InterruptedException;
    }

    private final String name;
    private final Step step;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;

    public UnendingLoop(String name, Step step) {
        this.name = name;
        this.step = step;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Asks the loop to end after the step that is under way. */
    public void stop() {
        stopping.countDown();
    }

    public boolean isStopping() {
        return stopping.getCount() == 0;
    }

    /** Waits for the step under way, at most this long; answers whether the loop has ended. */
    public boolean awaitEnd(Duration atMost) throws InterruptedException {
        return thread.join(atMost);
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        while (!isStopping()) {
            try {
                Duration wait = step.runOnce();
                pause = FIRST_PAUSE;
                rest(wait);
            } catch (StoreUnavailableException unavailable) {
                log.debug("{}: pausing: {}", name, unavailable.getMessage());
                pause = restAndDouble(pause, LONGEST_PAUSE_AWAY);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | Error unforeseen) {
                log.error("{}: a step failed and is tried again", name, unforeseen);
                pause = restAndDouble(pause, LONGEST_PAUSE);
            }
        }
    }

    private Duration restAndDouble(Duration pause, Duration longest) {
        try {
            rest(pause);
        } catch (InterruptedException stopped) {
            stop();
            Thread.currentThread().interrupt();
        }
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(longest) > 0 ? longest : doubled;
    }

    /** Waits on the stop signal, so that a stop ends the rest at once. */
    private void rest(Duration time) throws InterruptedException {
        if (time.isPositive() && stopping.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
            return;
        }
    }
}
