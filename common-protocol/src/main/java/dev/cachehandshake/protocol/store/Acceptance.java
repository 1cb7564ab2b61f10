package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.TouchedPaths;

/**
 * A handshake to accept.
 *
 * @param contentDigest of what the sender sent: the same id with the same digest is the same handshake
 * @param queueBound accept nothing while this many jobs wait
 * @param isChange whether what it touches has changed with it; not when it only delivers once more what has changed before
 */
public record Acceptance(Job job, TouchedPaths touched, String contentDigest, long queueBound, boolean isChange) {
    public Acceptance(Job job, TouchedPaths touched, String contentDigest, long queueBound) {
        this(job, touched, contentDigest, queueBound, true);
    }
}
