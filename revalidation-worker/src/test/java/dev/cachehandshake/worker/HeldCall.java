package dev.cachehandshake.worker;

import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.scriptedtarget.Call;
import dev.cachehandshake.scriptedtarget.Script;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Holds the first call until it is let go. With one call at a time, all that is published meanwhile is claimed together.
 */
public final class HeldCall implements Script {
    private final AtomicBoolean first = new AtomicBoolean(true);
    private final CountDownLatch letGo = new CountDownLatch(1);
    private final Script afterwards;

    private HeldCall(Script afterwards) {
        this.afterwards = afterwards;
    }

    /**
     * Publishes one that occupies the one call, then the batch, then lets go.
     *
     * @param publishing publishes what is to be claimed together
     */
    public static void batch(RunningWorker worker, Script afterwards, Runnable publishing) {
        HeldCall held = new HeldCall(afterwards);
        worker.site().play(held);
        worker.publish("occupies-the-call-" + worker.site().callCount());
        worker.site().awaitCalls(1, RunningWorker.PATIENCE);
        publishing.run();
        held.letGo.countDown();
    }

    @Override
    public Behaviour behaviourFor(Call call) {
        if (!first.compareAndSet(true, false)) {
            return afterwards.behaviourFor(call);
        }
        try {
            letGo.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
        return Behaviour.healthy();
    }
}
