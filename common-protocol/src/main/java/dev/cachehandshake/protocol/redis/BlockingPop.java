package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.store.Popped;
import dev.cachehandshake.protocol.store.StoreUnavailableException;
import io.lettuce.core.KeyValue;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
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
    /** What the network may take on top of the wait; past that the connection is taken for dead. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private static final long UNKNOWN = -1;

    private final StatefulRedisConnection<String, String> blocking;
    private final StatefulRedisConnection<String, String> shared;
    private final OutageLog outages;
    private final Duration commandTimeout;
    private volatile long clientId = UNKNOWN;
    private volatile Optional<RedisFuture<?>> waiting = Optional.empty();

    /**
     * @param blocking nobody else uses it
     * @param outages that of the whole service
     */
    public BlockingPop(
            StatefulRedisConnection<String, String> blocking,
            StatefulRedisConnection<String, String> shared,
            OutageLog outages) {
        this.blocking = blocking;
        this.shared = shared;
        this.outages = outages;
        this.commandTimeout = blocking.getTimeout();
        blocking.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
                // The next connection has another id; and the driver would keep the wait until there is one.
                clientId = UNKNOWN;
                waiting.ifPresent(wait -> wait.cancel(true));
            }
        });
    }

    /**
     * Never longer than the wait and two seconds, whatever has become of the connection.
     *
     * @throws StoreUnavailableException when the connection broke; what was popped meanwhile
     *     is rescued by sweep
     */
    public Optional<Popped> pop(Duration wait) {
        long askedAt = outages.now();
        try {
            Optional<Popped> popped = Unavailable.unless("BLPOP", () -> waitFor(wait));
            outages.waited("BLPOP", askedAt);
            return popped;
        } catch (StoreUnavailableException failure) {
            outages.brokeOff("BLPOP", askedAt, failure);
            throw failure;
        }
    }

    private Optional<Popped> waitFor(Duration wait) {
        if (clientId == UNKNOWN) {
            blocking.setTimeout(commandTimeout);
            clientId = blocking.sync().clientId();
        }
        blocking.setTimeout(wait.plus(MARGIN));
        RedisFuture<KeyValue<String, String>> blpop =
                blocking.async().blpop(wait.toMillis() / 1000.0, RedisKeys.RETURNS, RedisKeys.QUEUE);
        waiting = Optional.of(blpop);
        Optional<Popped> popped = await(blpop);
        waiting = Optional.empty();
        return popped;
    }

    private Optional<Popped> await(RedisFuture<KeyValue<String, String>> blpop) {
        try {
            KeyValue<String, String> popped =
                    LettuceFutures.awaitOrCancel(blpop, blocking.getTimeout().toNanos(), TimeUnit.NANOSECONDS);
            return popped == null || !popped.hasValue() ? Optional.empty() : Optional.of(new Popped(popped.getValue()));
        } catch (RedisCommandExecutionException said) {
            if (String.valueOf(said.getMessage()).startsWith("UNBLOCKED")) {
                // A server that becomes a replica ends the waits on it so. What it is from now on, the next claim
                // hears.
                return Optional.empty();
            }
            throw said;
        }
    }

    /** Ends the wait as if its time had passed: nothing is popped and lost, as it could be by closing the connection. */
    public void wakeUp() {
        long id = clientId;
        if (id != UNKNOWN) {
            Unavailable.unless("CLIENT UNBLOCK", () -> shared.sync().clientUnblock(id, UnblockType.TIMEOUT));
        }
    }
}
