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
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears the endings that the scripts say on a channel. Thread-safe. */
public final class PubSubEndingWatch implements EndingWatch {
    private static final Logger log = LoggerFactory.getLogger(PubSubEndingWatch.class);
    private static final long PROBE_EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final StatefulRedisPubSubConnection<String, String> connection;
    private final Map<String, Set<CountDownLatch>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong probedAt = new AtomicLong(System.nanoTime());

    /** Subscribes; Lettuce subscribes again by itself after each reconnect. */
    public PubSubEndingWatch(StatefulRedisPubSubConnection<String, String> connection) {
        this.connection = connection;
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
                boolean heard = ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
                if (!heard) {
                    probe();
                }
                return heard;
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

    /**
     * A listener asks nothing, so it would never notice that its connection is dead ({@link DeadConnections}). It is asked on
     * behalf of those who wait for a word in vain, however many they are.
     */
    private void probe() {
        long last = probedAt.get();
        long now = System.nanoTime();
        if (now - last >= PROBE_EVERY_NANOS && probedAt.compareAndSet(last, now)) {
            connection.async().ping().whenComplete((pong, failure) -> {
                if (failure != null) {
                    log.debug("endings are not heard at the moment: {}", failure.getMessage());
                }
            });
        }
    }
}
