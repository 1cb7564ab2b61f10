package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.localredis.CuttableProxy;
import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.EndingWatch;
import dev.cachehandshake.protocol.store.Popped;
import dev.cachehandshake.protocol.store.StoreUnavailableException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that are open as far as TCP can tell, and of no use. */
class DeadConnectionsTest {
    private static final Duration ANSWERS_WITHIN = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private LocalRedis redis;
    private CuttableProxy proxy;
    private ClientResources resources;
    private RedisClient client;

    @BeforeEach
    void connect() {
        redis = LocalRedis.start();
        proxy = CuttableProxy.to(redis.port());
        resources = ClientResources.builder()
                .reconnectDelay(Delay.constant(Duration.ofMillis(50)))
                .nettyCustomizer(new DeadConnections(new OutageLog()))
                .build();
        client = RedisClient.create(
                resources,
                RedisURI.builder(RedisURI.create(proxy.redisUrl()))
                        .withTimeout(ANSWERS_WITHIN)
                        .build());
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(command -> true)
                .timeoutOptions(TimeoutOptions.enabled())
                .build());
    }

    @AfterEach
    void disconnect() {
        client.shutdown();
        resources.shutdown().awaitUninterruptibly();
        proxy.close();
        redis.close();
    }

    @Test
    void oneThatSwallowsWhatIsSentIsGivenUpWhenACommandsTimeHasPassed() {
        StatefulRedisConnection<String, String> connection = client.connect();
        proxy.silenceOpenOnes();

        assertThatThrownBy(() -> connection.sync().ping()).isInstanceOf(RedisCommandTimeoutException.class);

        await().atMost(PATIENCE).until(connection::isOpen);
        assertThat(connection.sync().ping()).isEqualTo("PONG");
    }

    @Test
    void soIsOneThatWaitsForAJob() {
        // given
        StatefulRedisConnection<String, String> blocking = client.connect();
        BlockingPop pop = new BlockingPop(blocking, client.connect(), new OutageLog());
        assertThat(pop.pop(Duration.ofSeconds(1))).isEmpty();
        proxy.silenceOpenOnes();

        // when it waits for a second
        long begun = System.nanoTime();
        assertThatThrownBy(() -> pop.pop(Duration.ofSeconds(1))).isInstanceOf(StoreUnavailableException.class);

        // then it has noticed after two more, and hears of the next job
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(6));
        await().atMost(PATIENCE).until(blocking::isOpen);
        try (StatefulRedisConnection<String, String> publisher = client.connect()) {
            publisher.sync().rpush(RedisKeys.QUEUE, "job");
        }
        assertThat(pop.pop(Duration.ofSeconds(1))).hasValue(new Popped("job"));
    }

    @Test
    void soIsOneThatOnlyListensAsSoonAsSomebodyWaitsForAWord() throws Exception {
        // given
        StatefulRedisPubSubConnection<String, String> connection = client.connectPubSub();
        EndingWatch endings = new PubSubEndingWatch(connection);
        proxy.silenceOpenOnes();

        // when
        try (EndingWatch.Watch watch = endings.watch(new RevalidationId("a"))) {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> {
                try (StatefulRedisConnection<String, String> referee = client.connect()) {
                    referee.sync().publish(RedisKeys.ENDINGS, "a");
                }
                return watch.await(Duration.ofMillis(200));
            });
        }

        // then
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void aServerThatHungIsAskedOnAnotherConnectionSoThatNoLateAnswerIsTakenForThatOfALaterQuestion() {
        // given
        StatefulRedisConnection<String, String> connection = client.connect();
        long id = connection.sync().clientId();
        redis.pause();
        assertThatThrownBy(() -> connection.sync().ping()).isInstanceOf(RedisCommandTimeoutException.class);

        // when
        redis.resume();

        // then
        await().atMost(PATIENCE).until(connection::isOpen);
        assertThat(connection.sync().echo("mine")).isEqualTo("mine");
        assertThat(connection.sync().clientId()).isNotEqualTo(id);
    }

    @Test
    void oneOnWhichNothingIsAskedIsKept() {
        StatefulRedisConnection<String, String> connection = client.connect();
        long id = connection.sync().clientId();

        await().pollDelay(ANSWERS_WITHIN.multipliedBy(3)).atMost(PATIENCE).until(connection::isOpen);

        assertThat(connection.sync().clientId()).isEqualTo(id);
    }

    @Test
    void oneWhoseServerHasBecomeAReplicaIsGivenUpForTheNewMaster() {
        try (LocalRedis other = LocalRedis.start();
                RedisClient operator = RedisClient.create(redis.url())) {
            // given
            StatefulRedisConnection<String, String> connection = client.connect();
            connection.sync().set("where", "old");

            // when the address leads to another server, and the old one is its replica
            proxy.leadTo(other.port());
            try (StatefulRedisConnection<String, String> old = operator.connect()) {
                old.sync().replicaof("127.0.0.1", other.port());
            }
            String script = "return redis.call('SET', 'where', 'new')";
            assertThatThrownBy(() -> connection.sync().eval(script, io.lettuce.core.ScriptOutputType.STATUS))
                    .hasMessageContaining("READONLY");

            // then
            await().atMost(PATIENCE).until(connection::isOpen);
            assertThat(connection.sync().<String>eval(script, io.lettuce.core.ScriptOutputType.STATUS))
                    .isEqualTo("OK");
        }
    }
}
