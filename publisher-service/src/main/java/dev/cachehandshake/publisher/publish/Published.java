package dev.cachehandshake.publisher.publish;

import dev.cachehandshake.protocol.store.HandshakeView;
import java.util.Optional;

/** What became of an event that was understood. */
public sealed interface Published {
    /** A new handshake waits for its delivery. */
    record New() implements Published {}

    /**
     * The same event was accepted before.
     *
     * @param first how it stands now; empty when it expired at this very moment
     */
    record Again(Optional<HandshakeView> first) implements Published {}

    /** The id stands for other content. */
    record Taken() implements Published {}

    /**
     * Nothing is accepted at the moment.
     *
     * @param waiting how many jobs wait
     */
    record Full(long waiting) implements Published {}
}
