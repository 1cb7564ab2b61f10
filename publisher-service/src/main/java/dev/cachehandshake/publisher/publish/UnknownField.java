package dev.cachehandshake.publisher.publish;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * A field of an event, or of another body, that nobody knows.
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

    /** Those that a body has beside the known ones. */
    public static List<UnknownField> in(ObjectNode body, List<String> known) {
        List<UnknownField> unknown = new ArrayList<>();
        for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                unknown.add(new UnknownField(name, EventWalk.shown(body.get(name)), NearestName.among(known, name)));
            }
        }
        return unknown;
    }
}
