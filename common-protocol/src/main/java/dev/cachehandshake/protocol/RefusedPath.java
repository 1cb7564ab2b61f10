package dev.cachehandshake.protocol;

import java.util.Optional;

/**
 * A path that was refused.
 *
 * @param text the path as it was given, shortened past 200 characters
 * @param reason for a person: what is wrong with it, and after a colon what to send instead
 */
public record RefusedPath(String text, String reason) {
    private static final int SHOWN = 200;
    private static final String WAY_OUT = ": ";

    public RefusedPath {
        if (text.length() > SHOWN) {
            text = text.substring(0, SHOWN) + "…";
        }
    }

    /** What is wrong, without what to send instead: for a caller who knows that better. */
    public String fault() {
        int colon = reason.indexOf(WAY_OUT);
        return colon < 0 ? reason : reason.substring(0, colon);
    }

    /** What to send instead; empty where the reason does not say. */
    public Optional<String> wayOut() {
        int colon = reason.indexOf(WAY_OUT);
        return colon < 0 ? Optional.empty() : Optional.of(reason.substring(colon + WAY_OUT.length()));
    }
}
