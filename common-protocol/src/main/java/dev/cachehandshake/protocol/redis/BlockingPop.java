package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.store.Popped;
import dev.cachehandshake.protocol.store.StoreUnavailableException;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisException;
import io.lettuce.core.UnblockType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * Waits in BLPOP on a connection of its own, returns before queue. One thread waits at a time; {@link #wakeUp} may come
 * from any.
 */
public final class BlockingPop {
    /** What the network may take on top of the wait. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final StatefulRedisConnection<String, String> blocking;
    private final StatefulRedisConnection<String, String> shared;
    private volatile long clientId = -1;

    public BlockingPop(
            StatefulRedisConnection<String, String> blocking, StatefulRedisConnection<String, String> shared) {
        this.blocking = blocking;
        this.shared = shared;
    }

    /** @throws StoreUnavailableException when the connection broke; what was popped meanwhile is rescued by sweep */
    public Optional<Popped> pop(Duration wait) {
        try {
            blocking.setTimeout(wait.plus(MARGIN));
            if (clientId < 0) {
                clientId = blocking.sync().clientId();
            }
            KeyValue<String, String> popped =
                    blocking.sync().blpop(wait.toMillis() / 1000.0, RedisKeys.RETURNS, RedisKeys.QUEUE);
            return popped == null || !popped.hasValue() ? Optional.empty() : Optional.of(new Popped(popped.getValue()));
        } catch (RedisException | CancellationException failure) {
            clientId = -1;
            throw new StoreUnavailableException("BLPOP: " + failure.getMessage(), failure);
        }
    }

    /** Ends the wait as if its time had passed: nothing is popped and lost, as it could be by closing the connection. */
    public void wakeUp() {
        long id = clientId;
        if (id >= 0) {
            try {
                shared.sync().clientUnblock(id, UnblockType.TIMEOUT);
            } catch (RedisException | CancellationException away) {
                throw new StoreUnavailableException("CLIENT UNBLOCK: " + away.getMessage(), away);
            }
        }
    }
}
