package dev.cachehandshake.publisher.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachehandshake.protocol.boot.SettingsException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class PublisherSettingsTest {
    private static final String KEY = "0123456789abcdef";

    @Test
    void everythingButTheKeyHasADefault() {
        // when
        PublisherSettings settings = bind(Map.of("handshake.api-key", KEY));

        // then
        assertThat(settings.sites()).containsExactly("default");
        assertThat(settings.bodyLimit()).isEqualTo(DataSize.ofKilobytes(256));
        assertThat(settings.queueBound()).isEqualTo(500_000);
        assertThat(settings.waitLimit()).isEqualTo(Duration.ofSeconds(60));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "short", "0123456789abcde", "0123456789abcdef with spaces", "0123456789abcdef\n"})
    void aKeyThatIsNoneIsRefusedWithTheWayToMakeOne(String key) {
        assertThatThrownBy(() -> settings(key, List.of("default")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("HANDSHAKE_API_KEY")
                .hasMessageContaining("openssl rand -hex 32")
                .message()
                .doesNotContain("0123456789")
                .doesNotContain("\n");
    }

    @Test
    void theKeyIsNotShown() {
        assertThat(settings(KEY, List.of("default")).toString()).doesNotContain(KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a/b", ""})
    void aSiteThatIsNoNameIsRefused(String site) {
        assertThatThrownBy(() -> settings(KEY, List.of("default", site)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("HANDSHAKE_SITES");
    }

    @ParameterizedTest
    @CsvSource({
        "handshake.body-limit,1B,HANDSHAKE_BODY_LIMIT",
        "handshake.body-limit,17MB,HANDSHAKE_BODY_LIMIT",
        "handshake.queue-bound,0,HANDSHAKE_QUEUE_BOUND",
        "handshake.wait-limit,-1s,HANDSHAKE_WAIT_LIMIT",
        "handshake.wait-limit,11m,HANDSHAKE_WAIT_LIMIT"
    })
    void aValueOutOfItsRangeIsRefusedByName(String property, String value, String named) {
        assertThatThrownBy(() -> bind(Map.of("handshake.api-key", KEY, property, value)))
                .rootCause()
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(named)
                .hasMessageContaining("choose something from");
    }

    @Test
    void aSecondSiteIsRefusedUntilWorkersCanTellThemApart() {
        assertThatThrownBy(() -> settings(KEY, List.of("default", "shop")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("HANDSHAKE_SITES")
                .hasMessageContaining("default, shop");
    }

    private static PublisherSettings settings(String key, List<String> sites) {
        return new PublisherSettings(key, sites, DataSize.ofKilobytes(256), 500_000, Duration.ofSeconds(60));
    }

    private static PublisherSettings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bind("handshake", PublisherSettings.class)
                .get();
    }
}
