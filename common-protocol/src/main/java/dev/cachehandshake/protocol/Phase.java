package dev.cachehandshake.protocol;

import java.util.Locale;

/**
 * Where a handshake is inside the referee; unlike {@link HandshakeState} it may go round. The scripts guard on it. In each
 * phase but {@link #DONE} and {@link #FANNED} a handshake is in exactly one index, so that something always looks at it again.
 */
public enum Phase {
    /** Its element is in a list, or was popped and not yet claimed. Left by claim; rescued by sweep once popped. */
    QUEUED,
    /** A worker holds it until its lease ends. Left by settle, complete, handback, or sweep when the lease is lost. */
    LEASED,
    /** Waiting for its next delivery, or for its page to be quiet before the first. Left by sweep at the retry time, or by a callback of an earlier delivery. */
    RETRY,
    /** Accepted by the site; its callback is due. Left by complete, or by sweep at the callback's deadline. */
    AWAITING,
    /** Delivered to several targets: each has a leg that is in an index itself. Left by the end of the last leg. */
    FANNED,
    /** A worker delivers a later one for the same page instead. Left by sweep when that one has ended. */
    COVERED,
    /** At its end; looked at once more after 5 s, to repair what a foreign publisher's late write overwrote. */
    DONE;

    /** The name in the status hash: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException when no phase has that name */
    public static Phase fromWire(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
