package dev.cachehandshake.endtoend;

import static org.awaitility.Awaitility.await;

import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.scriptedtarget.Call;
import dev.cachehandshake.scriptedtarget.CallbackMade;
import dev.cachehandshake.scriptedtarget.SiteObserver;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** When the referee had taken a target's proof of each handshake: by then its callback is answered. Thread-safe. */
final class ProvenMoments implements SiteObserver {
    private static final Duration LOOK_EVERY = Duration.ofMillis(1);

    private final Map<String, Long> nanos = new ConcurrentHashMap<>();

    @Override
    public void calledBack(Call call, CallbackMade callback) {
        if (callback.status().orElse(0) == 200) {
            for (RevalidationId id : call.ids()) {
                nanos.putIfAbsent(id.value(), callback.answeredAtNanos());
            }
        }
    }

    int count() {
        return nanos.size();
    }

    boolean has(String id) {
        return nanos.containsKey(id);
    }

    /** Of {@link System#nanoTime()}; waits until there is one. */
    long of(String id, Duration within) {
        await().atMost(within).pollDelay(Duration.ZERO).pollInterval(LOOK_EVERY).until(() -> has(id));
        return nanos.get(id);
    }
}
