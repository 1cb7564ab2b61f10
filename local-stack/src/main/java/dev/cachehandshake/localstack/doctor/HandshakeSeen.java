package dev.cachehandshake.localstack.doctor;

import dev.cachehandshake.protocol.RevalidationId;
import java.util.List;
import java.util.OptionalLong;

/**
 * One handshake and its places in the indexes, all at the same instant. Times are milliseconds of the Unix epoch.
 *
 * @param now by the clock of Redis
 * @param timeToLiveMs -1 for ever; -2 when there is no hash, and then the rest of its fields is empty
 * @param phase empty where only a foreign publisher has written the hash
 * @param state as the referee has it
 * @param shownState as everybody sees it, foreign publishers may write over it
 * @param list the name of the one that its element lies in while it is queued
 * @param straying how many of its open legs are in no index
 * @param indexedIn the lists in whose index it is
 * @param deadline its score in deadlines; so with failed
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
        List<QueueList> indexedIn,
        OptionalLong deadline,
        OptionalLong failed) {
    HandshakeSeen {
        indexedIn = List.copyOf(indexedIn);
    }

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

    /** Whether it is queued, and in the index of the list that its element lies in, and of no other. */
    boolean isInItsList() {
        return phase.equals("queued")
                && indexedIn.size() == 1
                && indexedIn.getFirst().name().equals(list);
    }

    boolean isListed() {
        return !indexedIn.isEmpty() || deadline.isPresent();
    }
}
