package dev.cachehandshake.protocol.store;

import java.util.Optional;

/**
 * Which of the failed handshakes to show.
 *
 * @param site only those of this one
 * @param limit how many at most, from 1
 * @param after go on behind this place; from the latest on when empty
 */
public record FailedRequest(Optional<String> site, int limit, Optional<FailedPage.Place> after) {
    public FailedRequest {
        if (limit < 1) {
            throw new IllegalArgumentException("a page has one entry at least, not " + limit);
        }
    }
}
