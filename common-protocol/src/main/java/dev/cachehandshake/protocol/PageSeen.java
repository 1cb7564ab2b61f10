package dev.cachehandshake.protocol;

import java.util.Optional;

/**
 * What the site saw when it fetched one of its own pages.
 *
 * @param version of the handshake's entry on that page; empty when the page does not show the entry
 * @param status the page's HTTP status; 0 when it did not answer
 */
public record PageSeen(String path, Optional<ContentVersion> version, int status) {
    /** Whether nobody can know what it shows: a server's error, or no answer at all. */
    boolean isBroken() {
        return version.isEmpty() && (status >= 500 || status == 0);
    }

    boolean isGone() {
        return status == 404 || status == 410;
    }
}
