package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.RevalidationId;

/**
 * A failed handshake to deliver once more, as a new one.
 *
 * @param failed which one
 * @param failedJob its job's JSON as it was read: nothing is accepted when it is another one by now
 * @param id of the new one
 * @param job of the new one: the failed one's JSON under the new id
 * @param queueBound accept nothing while this many handshakes are open
 */
public record Replay(RevalidationId failed, String failedJob, RevalidationId id, String job, long queueBound) {}
