package dev.cachehandshake.protocol;

import java.util.Locale;

/** What is known of the pages of a completed handshake. */
public enum Freshness {
    /** The site's pages were seen to carry the version (or to be gone). */
    FRESH,
    /** The site called back, and no version was there to prove it by. */
    UNPROVEN;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException when there is no such freshness */
    public static Freshness fromWire(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
