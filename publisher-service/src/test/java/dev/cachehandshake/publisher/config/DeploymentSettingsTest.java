package dev.cachehandshake.publisher.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachehandshake.protocol.boot.SettingsException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class DeploymentSettingsTest {
    private static DeploymentSettings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("handshake.deployment", DeploymentSettings.class);
    }

    @Test
    void aDeploymentMayTakeAQuarterOfAnHour() {
        assertThat(bind(Map.of()).timeout()).isEqualTo(Duration.ofMinutes(15));
        assertThat(bind(Map.of("handshake.deployment.timeout", "6h")).timeout()).isEqualTo(Duration.ofHours(6));
    }

    @ParameterizedTest
    @ValueSource(strings = {"59s", "-15m", "0s", "361m"})
    void aTimeOutOfItsRangeIsRefusedByName(String timeout) {
        assertThatThrownBy(() -> bind(Map.of("handshake.deployment.timeout", timeout)))
                .rootCause()
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("HANDSHAKE_DEPLOYMENT_TIMEOUT")
                .hasMessageContaining("1m to 6h");
    }
}
