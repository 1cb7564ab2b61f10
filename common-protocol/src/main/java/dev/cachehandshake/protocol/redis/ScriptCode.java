package dev.cachehandshake.protocol.redis;

import java.util.Locale;

/** The first word of a script's answer. */
enum ScriptCode {
    ACCEPTED,
    ALREADY,
    CONFLICT,
    FULL,
    MOVED,
    OPEN,
    ENDED,
    STALE,
    RETRY,
    LATE,
    SUPERSEDED,
    NOT_DELIVERED,
    PROOF_REQUIRED,
    TARGET_REQUIRED,
    LEG_ENDED,
    CHANGES,
    EVERYTHING,
    PAUSED,
    RESUMED,
    OPENED,
    FINISHING,
    IGNORED,
    BLOCKED,
    UNKNOWN;

    /** @throws IllegalStateException when the script answers with a word that is not listed here */
    static ScriptCode of(String word) {
        try {
            return valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unlisted) {
            throw new IllegalStateException("a script answered \"" + word + "\"", unlisted);
        }
    }
}
