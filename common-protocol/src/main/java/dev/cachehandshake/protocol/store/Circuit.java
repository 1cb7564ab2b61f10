package dev.cachehandshake.protocol.store;

/**
 * Whose breaker: one target's of one site.
 *
 * @param target 1 to 300 visible ASCII characters, such as {@code nextjs} or {@code 10.0.0.7:3000}
 */
public record Circuit(String site, String target) {
    private static final int LONGEST_TARGET = 300;

    /** @throws IllegalArgumentException when no target can have that name */
    public Circuit {
        if (site.isBlank() || !isTargetName(target)) {
            throw new IllegalArgumentException("no target is called \"" + target + "\" of site \"" + site + "\"");
        }
    }

    public static boolean isTargetName(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_TARGET
                && text.chars().allMatch(character -> character > ' ' && character < 0x7f);
    }
}
