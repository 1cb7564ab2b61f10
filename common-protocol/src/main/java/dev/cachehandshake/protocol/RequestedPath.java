package dev.cachehandshake.protocol;

import java.util.Optional;

/**
 * A path as an event named it, not yet normalised.
 *
 * @param type given when the path is a route pattern
 */
public record RequestedPath(String text, Optional<PathType> type) {
    public static RequestedPath of(String text) {
        return new RequestedPath(text, Optional.empty());
    }
}
