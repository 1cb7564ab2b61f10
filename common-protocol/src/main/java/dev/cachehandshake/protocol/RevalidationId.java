package dev.cachehandshake.protocol;

import java.util.Optional;

/**
 * Names one handshake. A foreign publisher may choose any printable text; ids that come in over REST are held to {@link
 * #isUrlSafe()} so that the handshake's address needs no escapes.
 *
 * @param value 1 to 200 characters, none of them a control character
 * @param leg the target for whose part of the handshake this stands; empty for the handshake itself
 */
public record RevalidationId(String value, Optional<String> leg) {
    public static final int MAX_LENGTH = 200;

    /** Between the two in {@link #key()}. */
    private static final char LEG_MARK = '\u001F';

    /** @throws IllegalArgumentException when the value is empty, too long, or holds a control character */
    public RevalidationId(String value) {
        this(value, Optional.empty());
    }

    /** @throws IllegalArgumentException when the value is empty, too long, or holds a control character */
    public RevalidationId {
        if (value.isEmpty()
                || value.codePointCount(0, value.length()) > MAX_LENGTH
                || value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a revalidation_id has 1 to " + MAX_LENGTH + " characters and no control characters");
        }
    }

    /** Reads what {@link #key()} wrote. */
    public static RevalidationId ofKey(String key) {
        int mark = key.indexOf(LEG_MARK);
        return mark < 0
                ? new RevalidationId(key)
                : new RevalidationId(key.substring(0, mark), Optional.of(key.substring(mark + 1)));
    }

    /** The part of the handshake that one target has to do. */
    public RevalidationId at(String target) {
        return new RevalidationId(value, Optional.of(target));
    }

    /** The handshake itself, also of a leg. */
    public RevalidationId handshake() {
        return leg.isEmpty() ? this : new RevalidationId(value);
    }

    /** The text that the referee knows it by. */
    public String key() {
        return leg.map(target -> value + LEG_MARK + target).orElse(value);
    }

    /** Whether the id can stand in a URL's path as it is: letters, digits, {@code . _ ~ -}, at most 128. */
    public boolean isUrlSafe() {
        return value.length() <= 128 && value.matches("[A-Za-z0-9][A-Za-z0-9._~-]*");
    }

    @Override
    public String toString() {
        return leg.map(target -> value + " at " + target).orElse(value);
    }
}
