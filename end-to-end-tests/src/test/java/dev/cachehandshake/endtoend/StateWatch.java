package dev.cachehandshake.endtoend;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.redis.RedisKeys;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Reads the public state of handshakes over and over, as an outsider would, and notes each that ever moves backwards. */
final class StateWatch implements AutoCloseable {
    private static final long BETWEEN_LOOKS_MILLIS = 20;

    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private final List<String> ids;
    private final Map<String, HandshakeState> last = new ConcurrentHashMap<>();
    private final List<String> regressions = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private StateWatch(String redisUrl, List<String> ids) {
        this.client = RedisClient.create(redisUrl);
        this.connection = client.connect();
        this.ids = List.copyOf(ids);
        this.thread = Thread.ofPlatform().daemon().name("state-watch").start(this::watch);
    }

    static StateWatch over(String redisUrl, List<String> ids) {
        return new StateWatch(redisUrl, ids);
    }

    /** Handshakes by state, as last read; those nobody has heard of yet are left out. */
    Map<HandshakeState, Long> byState() {
        Map<HandshakeState, Long> counts = new EnumMap<>(HandshakeState.class);
        last.values().forEach(state -> counts.merge(state, 1L, Long::sum));
        return counts;
    }

    boolean allTerminal() {
        return last.size() == ids.size() && last.values().stream().allMatch(HandshakeState::isTerminal);
    }

    synchronized List<String> regressions() {
        return List.copyOf(regressions);
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        connection.close();
        client.shutdown();
    }

    private void watch() {
        try {
            // A look every so often is enough: a state that moved backwards stays there, or moves on from there.
            while (!closed.await(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS)) {
                lookUnlessAway();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** A Redis that is away says nothing about states. */
    private void lookUnlessAway() throws InterruptedException {
        try {
            readAll();
        } catch (RedisException | CancellationException | ExecutionException away) {
            return;
        }
    }

    private void readAll() throws ExecutionException, InterruptedException {
        List<RedisFuture<String>> reads = new ArrayList<>();
        for (String id : ids) {
            reads.add(connection.async().hget(RedisKeys.status(new RevalidationId(id)), "state"));
        }
        for (int i = 0; i < ids.size(); i++) {
            String state = reads.get(i).get();
            if (state != null) {
                note(ids.get(i), HandshakeState.fromWire(state));
            }
        }
    }

    private synchronized void note(String id, HandshakeState now) {
        HandshakeState before = last.put(id, now);
        if (before == null || before == now) {
            return;
        }
        if (before.isTerminal() || rank(now) < rank(before)) {
            regressions.add(id + ": " + before + " -> " + now);
        }
    }

    private static int rank(HandshakeState state) {
        return switch (state) {
            case PENDING -> 0;
            case ACKNOWLEDGED -> 1;
            case COMPLETED, FAILED, SIMULATED -> 2;
        };
    }
}
