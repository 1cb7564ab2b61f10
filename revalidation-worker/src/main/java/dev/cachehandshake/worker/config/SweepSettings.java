package dev.cachehandshake.worker.config;

import dev.cachehandshake.protocol.boot.DurationText;
import dev.cachehandshake.protocol.boot.SettingsException;
import dev.cachehandshake.protocol.store.SweepRequest;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How often a worker looks after what was lost. When something is known to come due sooner, it looks sooner.
 *
 * @param every default 1 s, 100 ms to 60 s
 * @param atMostEvery the shortest pause between two sweeps; default 100 ms
 * @param limit of each kind a sweep; default 500, 1 to 5,000
 * @param grace how long a popped element may be in a live worker's hands unclaimed; default 1 s, from 100 ms
 * @param maxLost lost leases that end a handshake as a crash loop; default 5, from 1
 */
@ConfigurationProperties("handshake.sweep")
public record SweepSettings(
        @DefaultValue("1s") Duration every,
        @DefaultValue("100ms") Duration atMostEvery,
        @DefaultValue("500") int limit,
        @DefaultValue("1s") Duration grace,
        @DefaultValue("5") int maxLost) {
    public SweepSettings {
        if (every.toMillis() < 100 || every.toSeconds() > 60) {
            throw new SettingsException("handshake.sweep.every is " + DurationText.of(every) + ": it is 100ms to 60s");
        }
        if (atMostEvery.toMillis() < 10 || atMostEvery.compareTo(every) > 0) {
            throw new SettingsException("handshake.sweep.at-most-every is " + DurationText.of(atMostEvery)
                    + ": it is 10ms at least, and no longer than handshake.sweep.every (" + DurationText.of(every)
                    + ")");
        }
        if (limit < 1 || limit > 5000) {
            throw new SettingsException("handshake.sweep.limit is " + limit + ": it is 1 to 5000");
        }
        if (grace.toMillis() < 100) {
            throw new SettingsException(
                    "handshake.sweep.grace is " + DurationText.of(grace) + ": it is 100ms at least");
        }
        if (maxLost < 1) {
            throw new SettingsException("handshake.sweep.max-lost is " + maxLost + ": it is 1 at least");
        }
    }

    /** @param targets that the site has now */
    public SweepRequest request(String site, List<String> targets) {
        return new SweepRequest(limit, grace, maxLost, site, targets);
    }
}
