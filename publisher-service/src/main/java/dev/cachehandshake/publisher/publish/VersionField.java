package dev.cachehandshake.publisher.publish;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachehandshake.protocol.ContentVersion;
import java.util.Optional;

/** Reads {@code version}: an integer, an RFC 3339 time, or another text. */
final class VersionField {
    private static final int MAX_DIGITS = 64;
    private static final String WAY_OUT =
            "send an integer such as 7, an RFC 3339 time such as \"2026-01-31T12:00:00Z\", or another text; leave the"
                    + " field out when the entry has no version";

    private VersionField() {}

    static Optional<ContentVersion> read(EventWalk walk) {
        return walk.value(EventField.VERSION).flatMap(value -> read(walk, value));
    }

    private static Optional<ContentVersion> read(EventWalk walk, JsonNode value) {
        if (value.isIntegralNumber()) {
            String digits = value.asText();
            if (digits.length() > MAX_DIGITS) {
                walk.refuse(EventField.VERSION, value, "has more than " + MAX_DIGITS + " digits", WAY_OUT);
                return Optional.empty();
            }
            return Optional.of(ContentVersion.parse(digits));
        }
        if (!value.isTextual()) {
            String reason = "is " + EventWalk.kindOf(value) + " and has to be an integer or a text";
            String wayOut =
                    value.isNumber() ? "send \"" + FieldProblem.shorten(value.asText()) + "\" as a text" : WAY_OUT;
            walk.refuse(EventField.VERSION, value, reason, wayOut);
            return Optional.empty();
        }
        return walk.text(EventField.VERSION, ContentVersion.MAX_LENGTH, WAY_OUT).map(ContentVersion::parse);
    }
}
