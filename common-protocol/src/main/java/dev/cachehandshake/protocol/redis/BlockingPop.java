package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.store.Popped;
import io.lettuce.core.KeyValue;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.UnblockType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Waits in BLPOP on a connection of its own, returns before queue. One thread waits at a time; {@link #wakeUp} may come
 * from any.
 */
public final class BlockingPop {
    /** What the network may take on top of the wait. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private static final long UNKNOWN = -1;

    private final StatefulRedisConnection<String, String> blocking;
    private final StatefulRedisConnection<String, String> shared;
    private volatile long clientId = UNKNOWN;
    private volatile Optional<RedisFuture<?>> waiting = Optional.empty();

    public BlockingPop(
            StatefulRedisConnection<String, String> blocking, StatefulRedisConnection<String, String> shared) {
        this.blocking = blocking;
        this.shared = shared;
        blocking.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
                // The next connection has another id; and the driver would keep the wait until there is one.
                clientId = UNKNOWN;
                waiting.ifPresent(wait -> wait.cancel(true));
            }
        });
    }

    /** @throws dev.cachehandshake.protocol.store.StoreUnavailableException when the connection broke; what was popped meanwhile is rescued by sweep */
    public Optional<Popped> pop(Duration wait) {
        return Unavailable.unless("BLPOP", () -> {
            blocking.setTimeout(wait.plus(MARGIN));
            if (clientId == UNKNOWN) {
                clientId = blocking.sync().clientId();
            }
            RedisFuture<KeyValue<String, String>> blpop =
                    blocking.async().blpop(wait.toMillis() / 1000.0, RedisKeys.RETURNS, RedisKeys.QUEUE);
            waiting = Optional.of(blpop);
            KeyValue<String, String> popped =
                    LettuceFutures.awaitOrCancel(blpop, blocking.getTimeout().toNanos(), TimeUnit.NANOSECONDS);
            waiting = Optional.empty();
            return popped == null || !popped.hasValue() ? Optional.empty() : Optional.of(new Popped(popped.getValue()));
        });
    }

    /** Ends the wait as if its time had passed: nothing is popped and lost, as it could be by closing the connection. */
    public void wakeUp() {
        long id = clientId;
        if (id != UNKNOWN) {
            Unavailable.unless("CLIENT UNBLOCK", () -> shared.sync().clientUnblock(id, UnblockType.TIMEOUT));
        }
    }
}
