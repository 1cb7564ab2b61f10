package dev.cachehandshake.endtoend;

import static org.awaitility.Awaitility.await;

import dev.cachehandshake.localredis.LocalRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.function.Function;

/** What an operator does to Redis servers, each time on a connection of its own, since they are killed and come back. */
final class Redises {
    private static final Duration IN_STEP_WITHIN = Duration.ofSeconds(30);

    private Redises() {}

    static <T> T ask(LocalRedis redis, Function<RedisCommands<String, String>, T> question) {
        RedisClient client = RedisClient.create(redis.url());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            return question.apply(connection.sync());
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    /** Makes one the replica of the other, and returns when it has all that the master has. */
    static void replicate(LocalRedis master, LocalRedis replica) {
        ask(replica, redis -> redis.replicaof("127.0.0.1", master.port()));
        await().atMost(IN_STEP_WITHIN)
                .until(() -> ask(replica, redis -> redis.info("replication")).contains("master_link_status:up"));
        awaitInStep(master);
    }

    /** Returns when a replica has all that the master has now. */
    static void awaitInStep(LocalRedis master) {
        // In the order of the stream: what the replica has of this write, it has of all before it.
        await().atMost(IN_STEP_WITHIN)
                .until(() -> ask(master, redis -> {
                            redis.set("in-step", "yes");
                            redis.del("in-step");
                            return redis.waitForReplication(1, 1_000);
                        })
                        >= 1);
    }

    static void promote(LocalRedis replica) {
        ask(replica, RedisCommands::replicaofNoOne);
    }

    static boolean isMaster(LocalRedis redis) {
        return ask(redis, server -> server.info("replication")).contains("role:master");
    }
}
