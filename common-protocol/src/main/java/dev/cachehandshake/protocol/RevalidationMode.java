package dev.cachehandshake.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a site makes a page anew. Where nobody says, removals expire and all else is refreshed. */
public enum RevalidationMode {
    /** Visitors get the old page until the new one is made, and never an error of its making. */
    REFRESH,
    /** The old page is gone at once: the next visitor waits for the new one, and gets an error where it cannot be made. */
    EXPIRE;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<RevalidationMode> fromWire(String name) {
        return Arrays.stream(values())
                .filter(mode -> mode.wireName().equals(name))
                .findFirst();
    }
}
