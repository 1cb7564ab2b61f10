package dev.cachehandshake.publisher.publish;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.RevalidationId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Reads the body of a replay, which may name the new handshake and nothing else: the rest is the failed one's. */
public final class ReplayReader {
    /** The names on the wire. */
    public static final List<String> FIELDS = List.of(EventField.REVALIDATION_ID.wireName());

    private ReplayReader() {}

    public static ReadReplay read(ObjectNode body) {
        EventWalk walk = new EventWalk(body);
        Optional<RevalidationId> id = RevalidationIdField.read(walk);
        List<UnknownField> unknown = unknownFields(body);
        return unknown.isEmpty() && walk.problems().isEmpty()
                ? new ReadReplay.Understood(id)
                : new ReadReplay.NotUnderstood(new ReadUpdate.NotUnderstood(unknown, walk.problems()));
    }

    private static List<UnknownField> unknownFields(ObjectNode body) {
        List<UnknownField> unknown = new ArrayList<>();
        for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!FIELDS.contains(name)) {
                unknown.add(new UnknownField(
                        name,
                        EventWalk.shown(body.get(name)),
                        EventField.nearestTo(name).map(EventField::wireName).filter(FIELDS::contains)));
            }
        }
        return unknown;
    }
}
