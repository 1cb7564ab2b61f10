package dev.cachehandshake.protocol.redis;

import java.time.Clock;

/** What the scripts take for now: the server's own time, or a test's clock. */
@FunctionalInterface
public interface RefereeTime {
    /** Every deadline is by the clock of the Redis server, so that workers need not agree on the time. */
    RefereeTime SERVER = () -> "";

    /** For tests: deadlines pass when the clock is stepped. */
    static RefereeTime of(Clock clock) {
        return () -> Long.toString(clock.millis());
    }

    /** Milliseconds of the Unix epoch; empty for the server's own time. */
    String millisOrEmpty();
}
