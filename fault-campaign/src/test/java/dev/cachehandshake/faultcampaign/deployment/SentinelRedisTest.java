package dev.cachehandshake.faultcampaign.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import org.junit.jupiter.api.Test;

class SentinelRedisTest {
    @Test
    void aReplicaThatHasEverythingTakesOverAndTheOldMasterFollowsIt() {
        try (SentinelRedis redis = SentinelRedis.start();
                RedisClient client = RedisClient.create()) {
            String first = redis.master().url();
            write(client, first, "a", "1");

            redis.killMasterOnceReplicated(() -> {});
            redis.awaitPromotion();
            String second = redis.master().url();

            assertThat(second).isNotEqualTo(first);
            assertThat(read(client, second, "a")).isEqualTo("1");
            redis.bringBack();
            write(client, second, "b", "2");

            // and once more, the other way round
            redis.killMasterOnceReplicated(() -> {});
            redis.awaitPromotion();
            assertThat(redis.master().url()).isEqualTo(first);
            assertThat(read(client, first, "b")).isEqualTo("2");
        }
    }

    private static void write(RedisClient client, String url, String key, String value) {
        try (StatefulRedisConnection<String, String> connection = client.connect(RedisURI.create(url))) {
            connection.sync().set(key, value);
        }
    }

    private static String read(RedisClient client, String url, String key) {
        try (StatefulRedisConnection<String, String> connection = client.connect(RedisURI.create(url))) {
            return connection.sync().get(key);
        }
    }
}
