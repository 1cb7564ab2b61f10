package dev.cachehandshake.worker.config;

import dev.cachehandshake.protocol.boot.DurationText;
import dev.cachehandshake.protocol.boot.SettingsException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long a retry waits: a random part (full jitter) of {@code first} doubled with each attempt.
 *
 * @param first default 1 s, from 1 ms; a class may have its own
 * @param most default 60 s
 * @param unreachedMost the same while the site is out (not reached, or its pages not to be read), which uses up no attempts; default 15 s, so that a site
 *     that is back is served within that time
 * @param longestRetryAfter up to which a site's Retry-After is honoured; default 10 min, 1 s to 1 d
 */
@ConfigurationProperties("handshake.backoff")
public record BackoffSettings(
        @DefaultValue("1s") Duration first,
        @DefaultValue("60s") Duration most,
        @DefaultValue("15s") Duration unreachedMost,
        @DefaultValue("10m") Duration longestRetryAfter) {
    private static final Duration A_DAY = Duration.ofDays(1);

    public BackoffSettings {
        if (first.toMillis() < 1 || most.compareTo(first) < 0 || unreachedMost.compareTo(first) < 0) {
            throw new SettingsException("handshake.backoff is first=" + DurationText.of(first) + ", most="
                    + DurationText.of(most) + ", unreached-most=" + DurationText.of(unreachedMost)
                    + ": first is 1ms at least, and the other two are no shorter than it");
        }
        if (longestRetryAfter.toMillis() < 1000 || longestRetryAfter.compareTo(A_DAY) > 0) {
            throw new SettingsException("handshake.backoff.longest-retry-after is " + DurationText.of(longestRetryAfter)
                    + ": it is 1s to 24h");
        }
    }
}
