package dev.cachehandshake.protocol;

/**
 * Names one handshake. A foreign publisher may choose any printable text; ids that come in over REST are held to {@link
 * #isUrlSafe()} so that the handshake's address needs no escapes.
 *
 * @param value 1 to 200 characters, none of them a control character
 */
public record RevalidationId(String value) {
    public static final int MAX_LENGTH = 200;

    /** @throws IllegalArgumentException when the value is empty, too long, or holds a control character */
    public RevalidationId {
        if (value.isEmpty()
                || value.codePointCount(0, value.length()) > MAX_LENGTH
                || value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a revalidation_id has 1 to " + MAX_LENGTH + " characters and no control characters");
        }
    }

    /** Whether the id can stand in a URL's path as it is: letters, digits, {@code . _ ~ -}, at most 128. */
    public boolean isUrlSafe() {
        return value.length() <= 128 && value.matches("[A-Za-z0-9][A-Za-z0-9._~-]*");
    }

    @Override
    public String toString() {
        return value;
    }
}
