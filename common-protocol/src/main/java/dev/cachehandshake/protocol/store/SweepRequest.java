package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.Job;
import java.time.Duration;
import java.util.List;

/**
 * @param limit how many of each kind at most, from 1
 * @param grace how long a popped element may be in a live worker's hands before it counts as lost
 * @param maxLost how many lost leases end a handshake
 * @param targets of the site, whose parked legs are looked after
 */
public record SweepRequest(int limit, Duration grace, int maxLost, String site, List<String> targets) {
    public SweepRequest {
        targets = List.copyOf(targets);
    }

    /** Of the default site, whose targets have no breakers. */
    public SweepRequest(int limit, Duration grace, int maxLost) {
        this(limit, grace, maxLost, Job.DEFAULT_SITE, List.of());
    }
}
