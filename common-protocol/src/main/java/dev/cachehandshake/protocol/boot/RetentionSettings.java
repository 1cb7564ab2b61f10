package dev.cachehandshake.protocol.boot;

import dev.cachehandshake.protocol.redis.Retention;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long an ended handshake can be looked up. Set it alike on both services.
 *
 * @param completed also simulated ones; default 24 hours, from 10 seconds
 * @param failed default 7 days, from 10 seconds
 */
@ConfigurationProperties("handshake.keep")
public record RetentionSettings(
        @DefaultValue("24h") Duration completed,
        @DefaultValue("7d") Duration failed) {
    public RetentionSettings {
        if (completed.toSeconds() < 10 || failed.toSeconds() < 10) {
            throw new SettingsException("handshake.keep is completed=" + DurationText.of(completed) + ", failed="
                    + DurationText.of(failed)
                    + ": an ended handshake is kept for 10s at least");
        }
    }

    public Retention retention() {
        return new Retention(completed, failed);
    }
}
