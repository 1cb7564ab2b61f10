package dev.cachehandshake.protocol.redis;

import java.time.Duration;

/**
 * How long an ended handshake can be looked up.
 *
 * @param completed also simulated ones; default 24 hours
 * @param failed default 7 days
 */
public record Retention(Duration completed, Duration failed) {
    public static final Retention DEFAULT = new Retention(Duration.ofHours(24), Duration.ofDays(7));

    /** @throws IllegalArgumentException when either is under ten seconds: the referee looks at the end once more after five */
    public Retention {
        if (completed.toSeconds() < 10 || failed.toSeconds() < 10) {
            throw new IllegalArgumentException("an ended handshake is kept for ten seconds at least");
        }
    }
}
