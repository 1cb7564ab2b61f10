package dev.cachehandshake.protocol;

/**
 * A path that was refused.
 *
 * @param text the path as it was given, shortened past 200 characters
 * @param reason for a person: what is wrong with it and what to send instead
 */
public record RefusedPath(String text, String reason) {
    private static final int SHOWN = 200;

    public RefusedPath {
        if (text.length() > SHOWN) {
            text = text.substring(0, SHOWN) + "…";
        }
    }
}
