package dev.cachehandshake.protocol.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisConnectionException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.mock.env.MockEnvironment;

/** The one line that a person sees when a service cannot start. */
class StartFailureTest {
    private static String explained(Throwable failure) {
        String line = ServiceLauncher.explain(failure);
        assertThat(line).doesNotContain("\n", "\r").isNotBlank();
        return line;
    }

    private static BindException bindFailure(String name, String value, Class<?> type) {
        Binder binder = new Binder(new MapConfigurationPropertySource(Map.of(name, value)));
        try {
            Object bound = binder.bind(name, Bindable.of(type)).get();
            throw new AssertionError("was bound to " + bound);
        } catch (BindException failure) {
            return failure;
        }
    }

    @Test
    void aSettingThatIsWrongExplainsItselfHoweverDeepItIs() {
        Throwable failure = new IllegalStateException(
                "outer", new RuntimeException("middle", new SettingsException("a.b is 7: make it\n  8")));

        assertThat(explained(failure)).isEqualTo("a.b is 7: make it 8");
    }

    @Test
    void aSettingThatCannotBeReadIsNamedWithItsValue() {
        assertThat(explained(new IllegalStateException(
                        "outer", bindFailure("handshake.keep.completed", "tomorrow", Duration.class))))
                .startsWith("handshake.keep.completed is \"tomorrow\": ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            handshake.keep.completed | soon | java.time.Duration | give a duration such as 500ms, 4s or 1m
            handshake.size | big | org.springframework.util.unit.DataSize | give a size such as 256KB or 4MB
            handshake.count | many | java.lang.Integer | give a whole number
            handshake.durability | disk | dev.cachehandshake.protocol.boot.Durability | choose one of server, fsync
            handshake.unit | light-year | java.util.concurrent.TimeUnit | choose one of nanoseconds, microseconds,
            """)
    void aSettingThatCannotBeReadComesWithWhatCanBeSentInstead(
            String name, String value, Class<?> type, String wayOut) {
        assertThat(explained(bindFailure(name, value, type)))
                .startsWith(name + " is \"" + value + "\": " + wayOut)
                .doesNotContain("No enum constant", "java.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "0", "-1"})
    void aDurationWithoutAUnitIsRefused(String value) {
        assertThatThrownBy(() -> bindWithUnits("handshake.strategies.normal.timeout", value))
                .rootCause()
                .isInstanceOf(SettingsException.class)
                .hasMessage("handshake.strategies.normal.timeout is \"%1$s\": give a unit: %1$ss".formatted(value));
    }

    @ParameterizedTest
    @CsvSource({
        "handshake.strategies.normal.timeout,30s,30",
        "handshake.strategies.normal.timeout,PT30S,30",
        "spring.some.timeout,30000,30"
    })
    void aDurationWithAUnitIsTakenAndThoseOfOthersAreNotJudged(String name, String value, int seconds) {
        assertThat(bindWithUnits(name, value)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "99999", "-1", "65536", "80 80"})
    void aPortThatIsNoneIsRefusedByName(String port) {
        MockEnvironment environment = new MockEnvironment().withProperty("server.port", port);

        assertThatThrownBy(() -> AddressCheck.check(environment))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("SERVER_PORT")
                .hasMessageContaining("\"" + port + "\"")
                .hasMessageContaining("1 to 65535");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://user:topsecret@localhost:abc",
                "redis://user:topsecret@localhost:65536",
                "redis://top secret@localhost",
                "localhost:6379"
            })
    void aRedisUrlThatIsNoneIsRefusedWithoutBeingShown(String url) {
        MockEnvironment environment = new MockEnvironment().withProperty("spring.data.redis.url", url);

        assertThatThrownBy(() -> AddressCheck.check(environment))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("REDIS_URL is no URL")
                .message()
                .doesNotContain("secret@", "topsecret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis-sentinel://user:topsecret@host:26379",
                "redis-sentinel://user:topsecret@host:26379,other:26379/0#",
                "redis-sentinel://:topsecret@/0#main",
                "redis-sentinel://:top secret@host:26379#main",
                "redis-sentinel://:topsecret@host:abc,other:26379#main"
            })
    void anAddressOfSentinelsThatIsNoneIsRefusedWithoutBeingShown(String url) {
        MockEnvironment environment = new MockEnvironment().withProperty("spring.data.redis.url", url);

        assertThatThrownBy(() -> AddressCheck.check(environment))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("REDIS_URL is no URL of Sentinels")
                .message()
                .doesNotContain("secret@", "topsecret");
    }

    @Test
    void anAddressOfSentinelsBecomesTheSettingsThatBootKnows() {
        assertThat(SentinelUrl.in("redis-sentinel://us%40er:p%3Ass@one:26379,two/3#main")
                        .orElseThrow()
                        .settings())
                .containsOnly(
                        Map.entry("spring.data.redis.url", "redis://us%40er:p%3Ass@asked-from-sentinels:6379/3"),
                        Map.entry("spring.data.redis.sentinel.master", "main"),
                        Map.entry("spring.data.redis.sentinel.nodes", "one:26379,two:26379"));
        assertThat(SentinelUrl.in("rediss-sentinel://one:1?sentinelMasterId=main")
                        .orElseThrow()
                        .settings())
                .containsEntry("spring.data.redis.url", "rediss://asked-from-sentinels:6379/0");
        assertThat(SentinelUrl.in("redis://one:6379")).isEmpty();
    }

    @Test
    void addressesThatCanBeRightAreTaken() {
        MockEnvironment environment = new MockEnvironment()
                .withProperty("server.port", "0")
                .withProperty("spring.data.redis.url", "rediss://user:p%40ss@[::1]:6380");

        assertThatCode(() -> AddressCheck.check(environment)).doesNotThrowAnyException();
        assertThatCode(() -> AddressCheck.check(new MockEnvironment())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S,0s",
        "PT0.5S,500ms",
        "PT1.5S,1500ms",
        "PT34S,34s",
        "PT1M,1m",
        "PT90S,90s",
        "PT24H,24h",
        "P7D,7d",
        "PT-1S,-1s",
        "PT0.0000001S,100ns"
    })
    void aDurationIsShownAsTheDocsWriteIt(Duration duration, String shown) {
        assertThat(DurationText.of(duration)).isEqualTo(shown);
    }

    private static Duration bindWithUnits(String name, String value) {
        return new Binder(new MapConfigurationPropertySource(Map.of(name, value)))
                .bind(name, Bindable.of(Duration.class), new DurationsHaveUnits().apply(BindHandler.DEFAULT))
                .get();
    }

    @Test
    void aPortThatIsTakenSaysWhatToDo() {
        assertThat(explained(new IllegalStateException("outer", new PortInUseException(8080))))
                .isEqualTo("port 8080 is taken: stop what listens there, or set SERVER_PORT to another");
    }

    @Test
    void aRedisThatIsAwaySaysWhatToDo() {
        assertThat(explained(new IllegalStateException(
                        "outer",
                        new RedisConnectionException(
                                "Unable to connect", new ConnectException("Connection refused: localhost:6379")))))
                .isEqualTo(
                        "Redis is not reached (Connection refused: localhost:6379): start it, or set REDIS_URL to where it is");
    }

    @Test
    void aRedisThatIsNotReachedIsNamedByHostAndPort() {
        RedisConnectionException refused = RedisConnectionException.create(
                InetSocketAddress.createUnresolved("cache.internal", 6390), new UnknownHostException("no such host"));

        assertThat(explained(new IllegalStateException("outer", refused)))
                .isEqualTo(
                        "Redis is not reached at cache.internal:6390 (no such host): start it, or set REDIS_URL to where"
                                + " it is");
    }

    @Test
    void anythingElseIsItsRootCause() {
        assertThat(explained(new IllegalStateException("outer", new IllegalArgumentException("the root\r\ncause"))))
                .isEqualTo("the root cause");
        assertThat(explained(new IllegalStateException("outer", new NullPointerException())))
                .isEqualTo("java.lang.NullPointerException");
    }

    @Test
    void aCircleOfCausesEnds() {
        IllegalStateException first = new IllegalStateException("first");
        first.initCause(new IllegalStateException("second", first));

        assertThat(explained(first)).isEqualTo("second");
    }

    @Test
    void settingsRefuseWhatContradicts() {
        assertThatThrownBy(() -> new RetentionSettings(Duration.ofSeconds(9), Duration.ofDays(7)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("10s");
        for (String prefix : List.of("blog", "/blog/", "/")) {
            assertThatThrownBy(() -> new PathSettings(Map.of("post", prefix)))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("handshake.paths.prefixes.post")
                    .hasMessageContaining("\"" + prefix + "\"");
        }
    }

    @Test
    void settingsHaveDefaults() {
        assertThat(new PathSettings(Map.of()).rules().prefixes()).isEqualTo(Map.of("post", "/blog"));
        assertThat(new PathSettings(Map.of("page", "")).rules().prefixes())
                .isEqualTo(Map.of("page", "", "post", "/blog"));
        assertThat(new PathSettings(Map.of("post", "/news")).rules().prefixes()).isEqualTo(Map.of("post", "/news"));
        assertThat(new RetentionSettings(Duration.ofHours(24), Duration.ofDays(7)).retention())
                .isEqualTo(dev.cachehandshake.protocol.redis.Retention.DEFAULT);
    }
}
