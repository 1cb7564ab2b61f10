package dev.cachehandshake.faultcampaign.faults;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/** The system's clock, off by as much as it is set to. Thread-safe. */
public final class MovableClock extends Clock {
    private volatile Duration offset = Duration.ZERO;

    public void moveTo(Duration newOffset) {
        offset = newOffset;
    }

    @Override
    public ZoneId getZone() {
        return Clock.systemUTC().getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("tokens know no zones");
    }

    @Override
    public Instant instant() {
        return Clock.systemUTC().instant().plus(offset);
    }
}
