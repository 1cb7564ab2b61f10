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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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
            assertThat(output).contains("see to it that it is noeviction").doesNotContain("appendonly");
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

    @Test
    void aDurationWithoutAUnitStopsTheStart() {
        try (LocalRedis redis = LocalRedis.start()) {
            assertThatThrownBy(() -> start(redis, "--handshake.strategies.normal.timeout=30")
                            .close())
                    .rootCause()
                    .isInstanceOf(SettingsException.class)
                    .hasMessage("handshake.strategies.normal.timeout is \"30\": give a unit: 30s");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"concurrency", "timeout", "attempts"})
    void aSettingThatIsGoneStopsTheStart(String name) {
        try (LocalRedis redis = LocalRedis.start()) {
            assertThatThrownBy(() ->
                            start(redis, "--handshake.target." + name + "=3").close())
                    .rootCause()
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("handshake.target." + name)
                    .hasMessageContaining("handshake.strategies.urgent." + name);
        }
    }

    @Test
    void aMisspeltPreviewGoesLiveWithAWarning(CapturedOutput output) {
        try (LocalRedis redis = LocalRedis.start();
                ConfigurableApplicationContext context = start(redis, "--APP_ENV=prevew")) {
            assertThat(context.isRunning()).isTrue();
            assertThat(output).contains("live: sites are called").contains("APP_ENV is \"prevew\"");
        }
    }

    @Test
    void aPreviewSaysThatItCallsNoSite(CapturedOutput output) {
        try (LocalRedis redis = LocalRedis.start();
                ConfigurableApplicationContext context = start(redis, "--APP_ENV=preview")) {
            assertThat(context.isRunning()).isTrue();
            assertThat(output)
                    .contains("dry run (APP_ENV=preview): no site is called")
                    .doesNotContain("APP_ENV is");
        }
    }

    @Test
    void aRedisThatKeepsItsDataInMemoryOnlyIsTakenWithAWarning(CapturedOutput output) {
        try (LocalRedis redis = LocalRedis.start(LocalRedisOptions.inMemory());
                ConfigurableApplicationContext context = start(redis)) {
            assertThat(context.isRunning()).isTrue();
            assertThat(output.getAll().lines())
                    .filteredOn(line -> line.contains("appendonly yes"))
                    .singleElement()
                    .asString()
                    .contains("WARN", "forgets handshakes that were accepted");
        }
    }

    @Test
    void anAppendOnlyRedisIsTakenWithoutAWord(CapturedOutput output) {
        try (LocalRedis redis = LocalRedis.start(LocalRedisOptions.durable());
                ConfigurableApplicationContext context = start(redis)) {
            assertThat(context.isRunning()).isTrue();
            assertThat(output).doesNotContain("WARN");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            appendonly no                 | Redis has "appendonly no", so            | set "appendonly yes" on it
            appendfsync everysec          | Redis has "appendfsync everysec", so     | set "appendfsync always" on it
            no-appendfsync-on-rewrite yes | "no-appendfsync-on-rewrite yes", so      | set "no-appendfsync-on-rewrite no" on it
            """)
    void whereEachWriteIsToBeSyncedARedisThatDoesNotIsRefused(String line, String has, String wayOut) {
        try (LocalRedis redis = LocalRedis.start(LocalRedisOptions.durable().with(line))) {
            assertThatThrownBy(
                            () -> start(redis, "--handshake.durability=fsync").close())
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContainingAll(
                            "handshake.durability is fsync", has, wayOut, "handshake.durability=server");
        }
    }

    @Test
    void whereEachWriteIsToBeSyncedARedisThatDoesNotShowWhetherItDoesIsRefused() {
        try (LocalRedis redis = LocalRedis.start(LocalRedisOptions.durable().with("rename-command CONFIG \"\""))) {
            assertThatThrownBy(
                            () -> start(redis, "--handshake.durability=fsync").close())
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContainingAll("CONFIG GET", "unknown command", "handshake.durability=server");
        }
    }

    @Test
    void whereEachWriteIsToBeSyncedARedisThatDoesIsTakenWithoutAWord(CapturedOutput output) {
        try (LocalRedis redis = LocalRedis.start(LocalRedisOptions.durable());
                ConfigurableApplicationContext context = start(redis, "--handshake.durability=fsync")) {
            assertThat(context.isRunning()).isTrue();
            assertThat(output).doesNotContain("WARN");
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
