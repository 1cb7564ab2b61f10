package dev.cachehandshake.faultcampaign.load;

import dev.cachehandshake.faultcampaign.history.Event;
import dev.cachehandshake.faultcampaign.history.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Editors who save and publish; each sends the same again until it is taken. */
public final class Publishing {
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final PublisherApi publisher;
    private final History history;
    private final Consumer<LoadPlan.Update> saving;
    private final CountDownLatch finished;
    private final List<Thread> editors = new ArrayList<>();

    /** @param saving is told of each update before it is published: what the site's pages are made of */
    public Publishing(LoadPlan plan, PublisherApi publisher, History history, Consumer<LoadPlan.Update> saving) {
        this.publisher = publisher;
        this.history = history;
        this.saving = saving;
        this.finished = new CountDownLatch(plan.editors().size());
        long begun = System.nanoTime();
        plan.editors()
                .forEach(updates ->
                        editors.add(Thread.ofVirtual().name("editor").start(() -> publishAll(updates, begun))));
    }

    /** @return whether everything was taken in that time; what was not is given up */
    public boolean await(Duration within) throws InterruptedException {
        boolean all = finished.await(within.toNanos(), TimeUnit.NANOSECONDS);
        editors.forEach(Thread::interrupt);
        return all;
    }

    private void publishAll(List<LoadPlan.Update> updates, long begun) {
        try {
            for (LoadPlan.Update update : updates) {
                LockSupport.parkNanos(begun + update.due().toNanos() - System.nanoTime());
                saving.accept(update);
                history.add(at -> new Event.Posted(at, update.id(), update.entry(), update.version(), update.poison()));
                publish(update);
            }
        } catch (InterruptedException givenUp) {
            Thread.currentThread().interrupt();
        } finally {
            finished.countDown();
        }
    }

    private void publish(LoadPlan.Update update) throws InterruptedException {
        while (true) {
            int status = publisher.post(update);
            history.add(at -> new Event.PostAnswered(at, update.id(), status));
            if (status == 202 || status == 200) {
                return;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
