package dev.cachehandshake.publisher.publish;

import java.util.Optional;

/**
 * A field of an event that nobody knows.
 *
 * @param name shortened past 100 characters
 * @param value what was sent, as text or JSON, shortened past 100 characters
 * @param nearest the known field that was probably meant; empty when none comes close
 */
public record UnknownField(String name, String value, Optional<String> nearest) {
    public UnknownField {
        name = FieldProblem.shorten(name);
        value = FieldProblem.shorten(value);
    }
}
