package dev.cachehandshake.publisher.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachehandshake.localredis.AppendFsync;
import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.localredis.LocalRedisOptions;
import dev.cachehandshake.protocol.boot.SettingsException;
import dev.cachehandshake.publisher.PublisherService;
import dev.cachehandshake.publisher.RunningPublisher;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

class StartTest {
    @Test
    void whereEachWriteIsToBeSyncedARedisThatDoesNotIsRefused() {
        try (LocalRedis redis = LocalRedis.start(LocalRedisOptions.inMemory().appending(AppendFsync.EVERYSEC))) {
            assertThatThrownBy(() -> start(redis).close())
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("set \"appendfsync always\" on it");
        }
    }

    @Test
    void whereEachWriteIsToBeSyncedARedisThatDoesIsTaken() {
        try (LocalRedis redis = LocalRedis.start(LocalRedisOptions.durable());
                ConfigurableApplicationContext context = start(redis)) {
            assertThat(context.isRunning()).isTrue();
        }
    }

    private static ConfigurableApplicationContext start(LocalRedis redis) {
        return SpringApplication.run(
                PublisherService.class,
                "--server.port=0",
                "--handshake.api-key=" + RunningPublisher.API_KEY,
                "--handshake.durability=fsync",
                "--spring.data.redis.url=" + redis.url());
    }
}
