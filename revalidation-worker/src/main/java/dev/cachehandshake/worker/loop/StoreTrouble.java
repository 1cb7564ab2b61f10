package dev.cachehandshake.worker.loop;

import dev.cachehandshake.protocol.store.StoreUnavailableException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a loop says of a referee that does not do its part. One that is away: once when it goes and once when it is back, for
 * that passes by itself. One that refuses: once a minute, until somebody has put it right. Belongs to one thread.
 */
final class StoreTrouble {
    private static final Logger log = LoggerFactory.getLogger(StoreTrouble.class);
    private static final Duration SAY_AGAIN_AFTER = Duration.ofMinutes(1);

    private enum Kind {
        NONE,
        AWAY,
        REFUSES
    }

    private final String loop;
    private Kind kind = Kind.NONE;
    private long since;
    private long saidAt;

    StoreTrouble(String loop) {
        this.loop = loop;
    }

    void goesOn(StoreUnavailableException unavailable) {
        long now = System.nanoTime();
        Kind before = kind;
        kind = unavailable.isRefused() ? Kind.REFUSES : Kind.AWAY;
        if (before == Kind.NONE) {
            since = now;
        }
        boolean sayAgain = kind == Kind.REFUSES && now - saidAt > SAY_AGAIN_AFTER.toNanos();
        if (before == kind && !sayAgain) {
            return;
        }
        saidAt = now;
        if (kind == Kind.REFUSES) {
            log.error("{}: Redis refuses, and nothing goes on until it does not ({})", loop, unavailable.getMessage());
        } else {
            log.warn("{}: Redis does not answer, pausing until it does ({})", loop, unavailable.getMessage());
        }
    }

    void isOver() {
        if (kind != Kind.NONE) {
            log.info(
                    "{}: Redis is back after {} ms, going on",
                    loop,
                    Duration.ofNanos(System.nanoTime() - since).toMillis());
            kind = Kind.NONE;
        }
    }
}
