package dev.cachehandshake.publisher.publish;

import java.util.Optional;

/**
 * A field of an event that cannot be taken.
 *
 * @param field such as {@code slug} or {@code paths[2].type}
 * @param value what was sent, as text or JSON, shortened past 100 characters; empty when nothing was sent
 * @param reason completes "{field} …"
 * @param wayOut what to send instead
 */
public record FieldProblem(String field, Optional<String> value, String reason, String wayOut) {
    private static final int SHOWN = 100;

    public FieldProblem {
        field = shorten(field);
        value = value.map(FieldProblem::shorten);
    }

    static String shorten(String text) {
        return text.codePointCount(0, text.length()) <= SHOWN
                ? text
                : text.substring(0, text.offsetByCodePoints(0, SHOWN)) + "…";
    }
}
