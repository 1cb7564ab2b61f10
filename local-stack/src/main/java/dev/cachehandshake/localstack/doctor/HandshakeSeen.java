package dev.cachehandshake.localstack.doctor;

import dev.cachehandshake.protocol.RevalidationId;
import java.util.OptionalLong;

/**
 * One handshake and its places in the indexes, all at the same instant. Times are milliseconds of the Unix epoch.
 *
 * @param now by the clock of Redis
 * @param timeToLiveMs -1 for ever; -2 when there is no hash, and then the rest of its fields is empty
 * @param phase empty where only a foreign publisher has written the hash
 * @param state as the referee has it
 * @param shownState as everybody sees it, foreign publishers may write over it
 * @param list where its element lies while it is queued
 * @param straying how many of its open legs are in no index
 * @param normal its score in the index of the queue; so with returns, deadlines and failed
 */
record HandshakeSeen(
        String id,
        long now,
        long timeToLiveMs,
        String phase,
        String state,
        String shownState,
        String list,
        OptionalLong acceptedAt,
        OptionalLong finishedAt,
        OptionalLong createdAt,
        long straying,
        OptionalLong normal,
        OptionalLong returns,
        OptionalLong deadline,
        OptionalLong failed) {
    boolean hasHash() {
        return timeToLiveMs != -2;
    }

    /** Whether it is the part of a handshake that one of several targets has to do. */
    boolean isLeg() {
        return RevalidationId.ofKey(id).leg().isPresent();
    }

    /** Whether the referee has never touched the hash. */
    boolean isForeign() {
        return hasHash() && phase.isEmpty();
    }

    boolean isDone() {
        return phase.equals("done");
    }

    boolean isOpen() {
        return hasHash() && !isForeign() && !isDone();
    }

    boolean isEndless() {
        return timeToLiveMs == -1;
    }

    boolean isListed() {
        return normal.isPresent() || returns.isPresent() || deadline.isPresent();
    }
}
