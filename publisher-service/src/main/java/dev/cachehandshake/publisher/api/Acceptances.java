package dev.cachehandshake.publisher.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.publisher.publish.EventField;
import java.time.Duration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** What is answered where a handshake was to be accepted: an event, or a replay. */
final class Acceptances {
    private static final Duration FULL_FOR = Duration.ofSeconds(5);

    private Acceptances() {}

    static ResponseEntity<String> answer(HttpStatus status, RevalidationId id, ObjectNode body) {
        return ResponseEntity.status(status)
                .header(HttpHeaders.LOCATION, "/api/handshakes/" + id.value())
                .contentType(MediaType.APPLICATION_JSON)
                .body(Json.write(body));
    }

    /** @param detail what the id stands for, and the way out */
    static ProblemException taken(RevalidationId id, String detail) {
        return ProblemException.of(ProblemCode.ID_TAKEN, detail)
                .with("revalidation_id", id.value())
                .with("field", EventField.REVALIDATION_ID.wireName())
                .with("value", id.value());
    }

    static ProblemException full(long waiting) {
        return ProblemException.of(
                        ProblemCode.QUEUE_FULL,
                        waiting + " handshakes are not done yet: send the same request again in " + FULL_FOR.toSeconds()
                                + " s")
                .with("waiting", waiting)
                .retryAfter(FULL_FOR);
    }
}
