package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.DeliveryClass;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits in BLPOP on a connection of its own, returns before queue in each class. One thread waits at a time; {@link #wakeUp}
 * may come from any.
 */
public final class BlockingPop {
    private static final Logger log = LoggerFactory.getLogger(BlockingPop.class);

    /** What the network may take on top of the wait; past that the connection is taken for dead. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private static final Duration HEARD_SOON = Duration.ofMillis(1);

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
     * @param classes whose lists to wait on, the first of them first
     * @param outdated whether the wait is not worth beginning any more; asked once it has begun, and then it ends at once
     * @throws StoreUnavailableException when the connection broke; what was popped meanwhile
     *     is rescued by sweep
     */
    public Optional<Popped> pop(Duration wait, List<DeliveryClass> classes, BooleanSupplier outdated) {
        long askedAt = outages.now();
        try {
            Optional<Popped> popped = Unavailable.unless("BLPOP", () -> waitFor(wait, classes, outdated));
            outages.waited("BLPOP", askedAt);
            return popped;
        } catch (StoreUnavailableException failure) {
            outages.brokeOff("BLPOP", askedAt, failure);
            throw failure;
        }
    }

    /** On the lists of any class, the more urgent first. */
    public Optional<Popped> pop(Duration wait) {
        return pop(wait, List.of(DeliveryClass.values()), () -> false);
    }

    private Optional<Popped> waitFor(Duration wait, List<DeliveryClass> classes, BooleanSupplier outdated) {
        if (clientId == UNKNOWN) {
            blocking.setTimeout(commandTimeout);
            clientId = blocking.sync().clientId();
        }
        blocking.setTimeout(wait.plus(MARGIN));
        RedisFuture<KeyValue<String, String>> blpop =
                blocking.async().blpop(wait.toMillis() / 1000.0, listsOf(classes));
        waiting = Optional.of(blpop);
        if (outdated.getAsBoolean()) {
            try {
                wakeUp();
            } catch (StoreUnavailableException away) {
                // The wait is under way, and left alone it would pop what nobody takes; so it goes on to its end.
                log.debug("not woken: {}", away.getMessage());
            }
        }
        Optional<Popped> popped = await(blpop);
        waiting = Optional.empty();
        return popped;
    }

    private Optional<Popped> await(RedisFuture<KeyValue<String, String>> blpop) {
        try {
            KeyValue<String, String> popped =
                    LettuceFutures.awaitOrCancel(blpop, blocking.getTimeout().toNanos(), TimeUnit.NANOSECONDS);
            return popped == null || !popped.hasValue()
                    ? Optional.empty()
                    : Optional.of(new Popped(popped.getValue(), classOf(popped.getKey())));
        } catch (RedisCommandExecutionException said) {
            if (String.valueOf(said.getMessage()).startsWith("UNBLOCKED")) {
                // A server that becomes a replica ends the waits on it so. What it is from now on, the next claim
                // hears.
                return Optional.empty();
            }
            throw said;
        }
    }

    /**
     * Ends the wait as if its time had passed: nothing is popped and lost, as it could be by closing the connection. The two
     * connections are not in step, so it is said until the server has heard of the wait.
     */
    public void wakeUp() {
        long id = clientId;
        Optional<RedisFuture<?>> wait = waiting;
        while (id != UNKNOWN && wait.isPresent() && !wait.get().isDone()) {
            Long ended =
                    Unavailable.unless("CLIENT UNBLOCK", () -> shared.sync().clientUnblock(id, UnblockType.TIMEOUT));
            if (ended != null && ended > 0) {
                return;
            }
            LockSupport.parkNanos(HEARD_SOON.toNanos());
        }
    }

    private static String[] listsOf(List<DeliveryClass> classes) {
        return classes.stream()
                .flatMap(each -> Stream.of(RedisKeys.returns(each), RedisKeys.queue(each)))
                .toArray(String[]::new);
    }

    private static DeliveryClass classOf(String list) {
        return Arrays.stream(DeliveryClass.values())
                .filter(each -> list.equals(RedisKeys.queue(each)) || list.equals(RedisKeys.returns(each)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("popped from " + list));
    }
}
