package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.RevalidationId;

/** What became of a settlement. */
public sealed interface Settled {
    RevalidationId id();

    /** The handshake goes on. */
    record Open(RevalidationId id) implements Settled {}

    /** The settlement ended it; or the site's complete-marker, found with it, did. */
    record Ended(Ending ending) implements Settled {
        @Override
        public RevalidationId id() {
            return ending.id();
        }
    }

    /**
     * The lease was not held any more: nothing changed.
     *
     * @param phase where the handshake is instead; empty when unknown
     */
    record Stale(RevalidationId id, String phase) implements Settled {}
}
