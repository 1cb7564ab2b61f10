package dev.cachehandshake.publisher.publish;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.HandshakeView;

/** What became of a replay. */
public sealed interface Replayed {
    /**
     * A new handshake waits for its delivery.
     *
     * @param failed the one that it repeats
     */
    record New(RevalidationId id, HandshakeView failed) implements Replayed {}

    /**
     * The same replay was accepted before.
     *
     * @param first how it stands now
     */
    record Again(HandshakeView first) implements Replayed {}

    /** The id that was asked for stands for something else. */
    record Taken(RevalidationId id) implements Replayed {}

    /**
     * Nothing is accepted at the moment.
     *
     * @param waiting how many jobs wait
     */
    record Full(long waiting) implements Replayed {}

    /** Nobody knows the one that is to be replayed. */
    record Unknown() implements Replayed {}

    /** It is still on its way. */
    record NotEnded(HandshakeState state) implements Replayed {}

    /** It did not fail, and so what it delivered is not kept. */
    record NotFailed(HandshakeState state) implements Replayed {}

    /**
     * It failed, and its job is gone or no JSON.
     *
     * @param why completes "its job …"
     */
    record Unreadable(String why) implements Replayed {}
}
