package dev.cachehandshake.publisher.publish;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachehandshake.protocol.RevalidationId;
import java.util.Optional;

/** Reads {@code revalidation_id}: an id that the sender chooses, so that sending twice is safe. */
final class RevalidationIdField {
    private static final String WAY_OUT =
            "send 1 to 128 letters, digits, dots, dashes, tildes or underscores that start with a letter or a digit; or"
                    + " leave the field out and an id is made";

    private RevalidationIdField() {}

    static Optional<RevalidationId> read(EventWalk walk) {
        Optional<RevalidationId> id = walk.text(EventField.REVALIDATION_ID, RevalidationId.MAX_LENGTH, WAY_OUT)
                .map(RevalidationId::new);
        if (id.isPresent() && !id.get().isUrlSafe()) {
            JsonNode value = walk.value(EventField.REVALIDATION_ID).orElseThrow();
            walk.refuse(EventField.REVALIDATION_ID, value, "cannot stand in a URL as it is", WAY_OUT);
        }
        return id;
    }
}
