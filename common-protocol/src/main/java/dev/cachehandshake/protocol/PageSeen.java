package dev.cachehandshake.protocol;

import java.util.Optional;

/**
 * What the site saw when it fetched one of its own pages.
 *
 * @param version of the handshake's entry on that page; empty when the page does not show the entry
 * @param status the page's HTTP status; {@link #NO_ANSWER}, or {@link #NOT_SAID}
 */
public record PageSeen(String path, Optional<ContentVersion> version, int status) {
    /** The site fetched the page and got nothing: refused, timed out, cut off. */
    public static final int NO_ANSWER = 0;

    /** The site does not say which status the page had. */
    public static final int NOT_SAID = -1;

    /** Whether nobody can know what it shows: a server's error, whatever that shows, or no answer at all. */
    boolean isBroken() {
        return status >= 500 || (status == NO_ANSWER && version.isEmpty());
    }

    /** Whether it may be broken for all that the site says. */
    boolean isUnclear() {
        return status == NOT_SAID && version.isEmpty();
    }

    boolean isGone() {
        return status == 404 || status == 410;
    }
}
