package dev.cachehandshake.protocol.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisConnectionException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.web.server.PortInUseException;

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
