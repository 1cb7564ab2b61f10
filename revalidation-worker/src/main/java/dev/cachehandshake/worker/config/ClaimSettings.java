package dev.cachehandshake.worker.config;

import dev.cachehandshake.protocol.boot.DurationText;
import dev.cachehandshake.protocol.boot.SettingsException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a worker claims.
 *
 * @param batch handshakes a call at most, in the batch protocol; default 100, 1 to 1,000 (Next.js slows down past that)
 * @param popWait how long one BLPOP waits; default 5 s, 1 s to 60 s. It bounds nothing but the idle traffic
 */
@ConfigurationProperties("handshake.claim")
public record ClaimSettings(
        @DefaultValue("100") int batch, @DefaultValue("5s") Duration popWait) {
    public ClaimSettings {
        if (batch < 1 || batch > 1000) {
            throw new SettingsException("handshake.claim.batch is " + batch + ": it is 1 to 1000");
        }
        if (popWait.toMillis() < 1000 || popWait.toSeconds() > 60) {
            throw new SettingsException(
                    "handshake.claim.pop-wait is " + DurationText.of(popWait) + ": it is 1s to 60s");
        }
    }
}
