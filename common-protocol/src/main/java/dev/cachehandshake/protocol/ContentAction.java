package dev.cachehandshake.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What happened to the entry. */
public enum ContentAction {
    PUBLISHED,
    UPDATED,
    UNPUBLISHED,
    DELETED;

    /** Whether fresh means that the entry is gone from its primary page, not that a version is there. */
    public boolean removesEntry() {
        return this == UNPUBLISHED || this == DELETED;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<ContentAction> fromWire(String name) {
        return Arrays.stream(values())
                .filter(action -> action.wireName().equals(name))
                .findFirst();
    }
}
