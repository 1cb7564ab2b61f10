package dev.cachehandshake.endtoend;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Editors who save all the time, each save with an id of its own and sent again until it is taken: at a steady rate, as long as
 * fewer than 64 wait for an answer. One entry in ten has opaque versions. Thread-safe.
 */
final class SteadyLoad implements AutoCloseable {
    private static final int UNDER_WAY_AT_MOST = 64;
    private static final Duration TAKEN_WITHIN = Duration.ofMinutes(2);
    private static final Duration AGAIN_AFTER = Duration.ofMillis(100);

    private final List<Cms> publishers;
    private final int entries;
    private final Map<Integer, AtomicLong> versions = new ConcurrentHashMap<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong sentAgain = new AtomicLong();
    private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
    private final Semaphore underWay = new Semaphore(UNDER_WAY_AT_MOST);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService editors = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread clock;

    private SteadyLoad(List<Cms> publishers, int perSecond, int entries) {
        this.publishers = List.copyOf(publishers);
        this.entries = entries;
        this.clock = Thread.ofPlatform().daemon().name("editors").start(() -> saveEvery(1_000_000_000L / perSecond));
    }

    /** Until it is closed; an update goes to one of the publishers, and to the next where that one is away. */
    static SteadyLoad on(List<Cms> publishers, int perSecond, int entries) {
        return new SteadyLoad(publishers, perSecond, entries);
    }

    long accepted() {
        return accepted.get();
    }

    /** How often an update had to be sent once more. */
    long sentAgain() {
        return sentAgain.get();
    }

    /** Answers that no valid update may get, such as 400, 409 or 500. */
    List<String> refusals() {
        return List.copyOf(refusals);
    }

    /** Ends the saving, and waits until all that was sent is taken, or two minutes have passed. */
    @Override
    public void close() {
        closed.countDown();
        clock.interrupt();
        try {
            clock.join();
            if (!underWay.tryAcquire(UNDER_WAY_AT_MOST, TAKEN_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                refusals.add("not everything was taken within " + TAKEN_WITHIN);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        editors.shutdownNow();
    }

    private void saveEvery(long nanos) {
        long next = System.nanoTime();
        try {
            while (!closed.await(Math.max(0, next - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                next += nanos;
                underWay.acquire();
                long number = sent.incrementAndGet();
                editors.execute(() -> save(number));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void save(long number) {
        try {
            int entry = ThreadLocalRandom.current().nextInt(entries);
            long version =
                    versions.computeIfAbsent(entry, none -> new AtomicLong()).incrementAndGet();
            String event = entry % 10 == 0
                    ? "{\"type\":\"note\",\"slug\":\"entry-%d\",\"version\":\"edit %d\",\"revalidation_id\":\"soak-%d\"}"
                    : "{\"type\":\"post\",\"slug\":\"entry-%d\",\"version\":%d,\"dependencies\":[\"blog\",\"\"],"
                            + "\"revalidation_id\":\"soak-%d\"}";
            String json = event.formatted(entry, version, number);
            for (int attempt = 0;
                    !taken(publishers.get((int) ((number + attempt) % publishers.size())), json);
                    attempt++) {
                sentAgain.incrementAndGet();
                LockSupport.parkNanos(AGAIN_AFTER.toNanos());
            }
            accepted.incrementAndGet();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            underWay.release();
        }
    }

    private boolean taken(Cms publisher, String json) throws InterruptedException {
        try {
            HttpResponse<String> answer = publisher.post(json);
            int status = answer.statusCode();
            if (status != 202 && status != 200 && status != 503) {
                refusals.add(status + " " + answer.body() + " to " + json);
            }
            return status != 503;
        } catch (IOException away) {
            return false;
        }
    }
}
