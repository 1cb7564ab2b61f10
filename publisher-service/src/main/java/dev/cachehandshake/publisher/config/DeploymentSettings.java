package dev.cachehandshake.publisher.config;

import dev.cachehandshake.protocol.boot.DurationText;
import dev.cachehandshake.protocol.boot.SettingsException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What holds for deployments that do not say otherwise.
 *
 * @param timeout how long one holds its site when nobody tells its end; 1 min to 6 h, default 15 min
 */
@ConfigurationProperties("handshake.deployment")
public record DeploymentSettings(@DefaultValue("15m") Duration timeout) {
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(6);

    /** @throws SettingsException when the service cannot start with these */
    public DeploymentSettings {
        if (!isInRange(timeout)) {
            throw new SettingsException("HANDSHAKE_DEPLOYMENT_TIMEOUT (handshake.deployment.timeout) is "
                    + DurationText.of(timeout) + ": choose something from 1m to 6h, such as 15m");
        }
    }

    /** Whether a deployment may take that long. */
    public static boolean isInRange(Duration timeout) {
        return timeout.compareTo(SHORTEST) >= 0 && timeout.compareTo(LONGEST) <= 0;
    }
}
