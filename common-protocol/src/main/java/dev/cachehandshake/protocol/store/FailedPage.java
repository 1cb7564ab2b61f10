package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.RevalidationId;
import java.util.List;
import java.util.Optional;

/**
 * Some of what has failed, the latest first.
 *
 * @param handshakes may be fewer than asked for, even none, though more follow: only so many entries are looked at at a time
 * @param next where to go on; empty when that was all
 */
public record FailedPage(List<HandshakeView> handshakes, Optional<Place> next) {
    public FailedPage {
        handshakes = List.copyOf(handshakes);
    }

    /**
     * A place in the list, which stays the same whatever is added or removed.
     *
     * @param failedAtMs milliseconds of the Unix epoch, by the referee's clock
     */
    public record Place(long failedAtMs, RevalidationId id) {}
}
