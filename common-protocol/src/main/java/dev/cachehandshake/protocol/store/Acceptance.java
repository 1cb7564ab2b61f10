package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.TouchedPaths;
import java.time.Duration;
import java.util.Optional;

/**
 * A handshake to accept.
 *
 * @param contentDigest of what the sender sent: the same id with the same digest is the same handshake
 * @param deliveryClass whose list it goes to
 * @param quiet how long nothing else is to be accepted for its page before it is delivered; empty to deliver it at once
 * @param queueBound accept nothing while this many handshakes are open
 * @param isChange whether what it touches has changed with it; not when it only delivers once more what has changed before
 */
public record Acceptance(
        Job job,
        TouchedPaths touched,
        String contentDigest,
        DeliveryClass deliveryClass,
        Optional<Quiet> quiet,
        long queueBound,
        boolean isChange) {
    /**
     * @param quiet without another edit of the page; zero to be delivered at once, with those that wait
     * @param atMost since the first edit that waits
     */
    public record Quiet(Duration quiet, Duration atMost) {}

    /** A change of the normal class, to be delivered at once. */
    public Acceptance(Job job, TouchedPaths touched, String contentDigest, long queueBound) {
        this(job, touched, contentDigest, DeliveryClass.NORMAL, Optional.empty(), queueBound, true);
    }
}
