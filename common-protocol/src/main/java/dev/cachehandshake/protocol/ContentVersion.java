package dev.cachehandshake.protocol;

import java.math.BigInteger;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/**
 * The version of an entry. Its form decides how it compares: an integer as a number, an RFC 3339 time as a time, and any
 * other text only by equality. Versions of different forms never compare.
 */
public sealed interface ContentVersion {
    int MAX_LENGTH = 200;

    /** The version as it came in, and as a page's marker shows it. */
    String text();

    /** Whether a page that shows this version shows the wanted one, or a later one. */
    boolean isAtLeast(ContentVersion wanted);

    /** Whether a page that shows this version is known to be behind the wanted one. */
    boolean isBehind(ContentVersion wanted);

    record Counted(String text, BigInteger number) implements ContentVersion {
        @Override
        public boolean isAtLeast(ContentVersion wanted) {
            return wanted instanceof Counted other && number.compareTo(other.number) >= 0;
        }

        @Override
        public boolean isBehind(ContentVersion wanted) {
            return !isAtLeast(wanted);
        }
    }

    record Dated(String text, Instant time) implements ContentVersion {
        @Override
        public boolean isAtLeast(ContentVersion wanted) {
            return wanted instanceof Dated other && !time.isBefore(other.time);
        }

        @Override
        public boolean isBehind(ContentVersion wanted) {
            return !isAtLeast(wanted);
        }
    }

    record Opaque(String text) implements ContentVersion {
        @Override
        public boolean isAtLeast(ContentVersion wanted) {
            return wanted instanceof Opaque other && text.equals(other.text);
        }

        @Override
        public boolean isBehind(ContentVersion wanted) {
            return !isAtLeast(wanted);
        }
    }

    Pattern INTEGER = Pattern.compile("-?[0-9]{1,64}");
    Pattern RFC_3339 = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})");

    /** @throws IllegalArgumentException when the text is empty, longer than {@link #MAX_LENGTH}, or holds a control character */
    static ContentVersion parse(String text) {
        if (text.isEmpty()
                || text.codePointCount(0, text.length()) > MAX_LENGTH
                || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a version has 1 to " + MAX_LENGTH + " characters and no control characters");
        }
        if (INTEGER.matcher(text).matches()) {
            return new Counted(text, new BigInteger(text));
        }
        if (RFC_3339.matcher(text).matches()) {
            try {
                String iso = text.replace(' ', 'T').replace('t', 'T').replace('z', 'Z');
                return new Dated(text, OffsetDateTime.parse(iso).toInstant());
            } catch (DateTimeParseException notADate) {
                // Shaped like a time and none (2026-13-01T…): then it is a text like any other.
                return new Opaque(text);
            }
        }
        return new Opaque(text);
    }
}
