package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.EndingWatch;
import io.lettuce.core.RedisClient;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Waiters hear of an ending from Redis itself, and do not find it out by looking again. */
class EndingWatchTest extends RefereeContract {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private RedisClient client;
    private StatefulRedisPubSubConnection<String, String> connection;
    private EndingWatch endings;

    @BeforeEach
    void listen() {
        client = RedisClient.create(SERVER.uri());
        connection = client.connectPubSub();
        endings = new PubSubEndingWatch(connection);
    }

    @AfterEach
    void hangUp() {
        connection.close();
        client.shutdown();
    }

    @Test
    void everyWaiterOfAHandshakeHearsThatItHasEnded() throws InterruptedException {
        publishAndClaim("a");
        RevalidationId id = new RevalidationId("a");
        try (EndingWatch.Watch one = endings.watch(id);
                EndingWatch.Watch other = endings.watch(id)) {
            confirm("a", fresh());

            assertThat(one.await(PATIENCE)).isTrue();
            assertThat(other.await(PATIENCE)).isTrue();
        }
    }

    @Test
    void theEndOfAnotherIsNotHeard() throws InterruptedException {
        publishAndClaim("a");
        publishAndClaim("b");
        try (EndingWatch.Watch a = endings.watch(new RevalidationId("a"));
                EndingWatch.Watch b = endings.watch(new RevalidationId("b"))) {
            confirm("b", fresh());

            assertThat(b.await(PATIENCE)).isTrue();
            assertThat(a.await(Duration.ZERO)).isFalse();
        }
    }

    @Test
    void afterAReconnectItHearsAgain() throws InterruptedException {
        publishAndClaim("a");
        redis.clientKill(io.lettuce.core.KillArgs.Builder.typePubsub());
        try (EndingWatch.Watch watch = endings.watch(new RevalidationId("a"))) {
            org.awaitility.Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> redis.pubsubNumsub(RedisKeys.ENDINGS).get(RedisKeys.ENDINGS) > 0);
            confirm("a", fresh());

            assertThat(watch.await(PATIENCE)).isTrue();
        }
    }
}
