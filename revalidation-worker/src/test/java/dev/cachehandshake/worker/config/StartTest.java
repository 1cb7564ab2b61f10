package dev.cachehandshake.worker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.localredis.LocalRedisOptions;
import dev.cachehandshake.protocol.boot.SettingsException;
import dev.cachehandshake.worker.RevalidationWorker;
import dev.cachehandshake.worker.RunningWorker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class StartTest {
    @Test
    void aRedisThatThrowsHandshakesAwayIsRefused() {
        try (LocalRedis redis = LocalRedis.start(LocalRedisOptions.inMemory().with("maxmemory-policy allkeys-lru"))) {
            assertThatThrownBy(() -> start(redis).close())
                    .rootCause()
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("maxmemory-policy \"allkeys-lru\"")
                    .hasMessageContaining("set it to noeviction");
        }
    }

    @Test
    void aRedisThatDoesNotShowItsPolicyIsTakenWithAWarning(CapturedOutput output) {
        try (LocalRedis redis = LocalRedis.start(LocalRedisOptions.inMemory().with("rename-command CONFIG \"\""));
                ConfigurableApplicationContext context = start(redis)) {
            assertThat(context.isRunning()).isTrue();
            assertThat(output).contains("see to it that it is noeviction");
        }
    }

    @Test
    void settingsThatContradictEachOtherStopTheStart() {
        try (LocalRedis redis = LocalRedis.start()) {
            assertThatThrownBy(() -> start(redis, "--handshake.lease.hold=5s").close())
                    .rootCause()
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("handshake.lease.hold");
        }
    }

    private static ConfigurableApplicationContext start(LocalRedis redis, String... more) {
        List<String> settings = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.data.redis.url=" + redis.url(),
                "--handshake.target.url=http://127.0.0.1:9",
                "--REVALIDATION_SECRET=" + RunningWorker.REVALIDATION_SECRET,
                "--CALLBACK_SECRET=" + RunningWorker.CALLBACK_SECRET));
        settings.addAll(List.of(more));
        return new SpringApplicationBuilder(RevalidationWorker.class).run(settings.toArray(String[]::new));
    }
}
