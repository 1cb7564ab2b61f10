package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.EndingWatch;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Hears the endings that the scripts say on a channel. Thread-safe. */
public final class PubSubEndingWatch implements EndingWatch {
    private final Map<String, Set<CountDownLatch>> waiting = new ConcurrentHashMap<>();

    /** Subscribes; Lettuce subscribes again by itself after each reconnect. */
    public PubSubEndingWatch(StatefulRedisPubSubConnection<String, String> connection) {
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String id) {
                waiting.getOrDefault(id, Set.of()).forEach(CountDownLatch::countDown);
            }
        });
        connection.sync().subscribe(RedisKeys.ENDINGS);
    }

    @Override
    public Watch watch(RevalidationId id) {
        CountDownLatch ended = new CountDownLatch(1);
        waiting.compute(id.value(), (key, latches) -> {
            Set<CountDownLatch> all = latches == null ? ConcurrentHashMap.newKeySet() : latches;
            all.add(ended);
            return all;
        });
        return new Watch() {
            @Override
            public boolean await(Duration atMost) throws InterruptedException {
                return ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
            }

            @Override
            public void close() {
                waiting.computeIfPresent(id.value(), (key, latches) -> {
                    latches.remove(ended);
                    return latches.isEmpty() ? null : latches;
                });
            }
        };
    }
}
