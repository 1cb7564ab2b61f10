package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.localredis.LocalRedisOptions;
import dev.cachehandshake.protocol.store.Popped;
import dev.cachehandshake.protocol.store.StoreUnavailableException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Waiting for a job, on a Redis of its own that may be killed. */
class BlockingPopTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private LocalRedis redis;
    private RedisClient client;
    private StatefulRedisConnection<String, String> shared;
    private StatefulRedisConnection<String, String> blocking;
    private BlockingPop pop;

    @BeforeEach
    void connect() {
        redis = LocalRedis.start(LocalRedisOptions.durable());
        client = RedisClient.create(redis.url());
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(command -> true)
                .timeoutOptions(TimeoutOptions.enabled())
                .build());
        shared = client.connect();
        blocking = client.connect();
        pop = new BlockingPop(blocking, shared, new OutageLog());
    }

    @AfterEach
    void disconnect() {
        client.shutdown();
        redis.close();
    }

    @Test
    void takesReturnsBeforeTheQueue() {
        shared.sync().rpush(RedisKeys.QUEUE, "queued");
        shared.sync().rpush(RedisKeys.RETURNS, "returned");

        assertThat(pop.pop(LONG)).hasValue(new Popped("returned"));
        assertThat(pop.pop(LONG)).hasValue(new Popped("queued"));
    }

    @Test
    void aWaitCanBeEndedWithoutTakingAnything() throws Exception {
        FutureTask<Optional<Popped>> waiting = start();
        awaitBlpop();

        pop.wakeUp();

        assertThat(waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void soCanOneThatBeganAfterTheConnectionWasLost() throws Exception {
        // given a wait that a dying Redis has ended
        FutureTask<Optional<Popped>> first = start();
        awaitBlpop();
        redis.kill();
        assertThat(first)
                .failsWithin(PATIENCE)
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withCauseInstanceOf(StoreUnavailableException.class);

        // when it waits again
        redis.restart();
        await().atMost(PATIENCE).until(() -> blocking.isOpen() && shared.isOpen());
        FutureTask<Optional<Popped>> second = start();
        awaitBlpop();
        pop.wakeUp();

        // then
        assertThat(second.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void aServerThatBecomesAReplicaEndsTheWaitAndNothingIsTaken() throws Exception {
        FutureTask<Optional<Popped>> waiting = start();
        awaitBlpop();

        shared.sync().replicaof("127.0.0.1", 1);

        assertThat(waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEmpty();
    }

    private FutureTask<Optional<Popped>> start() {
        FutureTask<Optional<Popped>> waiting = new FutureTask<>(() -> pop.pop(LONG));
        Thread.ofVirtual().start(waiting);
        return waiting;
    }

    private void awaitBlpop() {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> shared.sync().clientList().contains("cmd=blpop"));
    }
}
