package dev.cachehandshake.publisher.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.RefusedPath;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.TouchedPaths;
import dev.cachehandshake.protocol.boot.ProblemException;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.publisher.config.PublisherSettings;
import dev.cachehandshake.publisher.publish.ContentUpdateReader;
import dev.cachehandshake.publisher.publish.EventOutcome;
import dev.cachehandshake.publisher.publish.EventTally;
import dev.cachehandshake.publisher.publish.PublishContentUpdate;
import dev.cachehandshake.publisher.publish.Published;
import dev.cachehandshake.publisher.publish.ReadUpdate;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /api/content-updates}: one event in, one handshake out. */
@RestController
final class AcceptContentUpdate {
    private final ContentUpdateReader reader;
    private final PublishContentUpdate publishing;
    private final EventTally tally;
    private final DataSize bodyLimit;

    AcceptContentUpdate(
            ContentUpdateReader reader, PublishContentUpdate publishing, EventTally tally, PublisherSettings settings) {
        this.reader = reader;
        this.publishing = publishing;
        this.tally = tally;
        this.bodyLimit = settings.bodyLimit();
    }

    @PostMapping("/api/content-updates")
    ResponseEntity<String> accept(HttpServletRequest request) {
        ReadUpdate.Understood update = read(request);
        RevalidationId id = update.job().id();
        return switch (publishing.publish(update)) {
            case Published.New accepted ->
                Acceptances.answer(HttpStatus.ACCEPTED, id, accepted(update.job(), update.touched()));
            case Published.Again again -> Acceptances.answer(HttpStatus.OK, id, again(id, again));
            case Published.Taken taken ->
                throw Acceptances.taken(
                        id,
                        "Another event was accepted with the revalidation_id " + id
                                + ": send this one with a new id, or with none");
            case Published.Full full -> throw Acceptances.full(full.waiting());
        };
    }

    private ReadUpdate.Understood read(HttpServletRequest request) {
        try {
            return switch (reader.read(JsonRequest.read(request, bodyLimit))) {
                case ReadUpdate.Understood understood -> understood;
                case ReadUpdate.NotUnderstood faulty -> throw RefusedUpdate.problem(faulty);
            };
        } catch (ProblemException refused) {
            tally.count(EventOutcome.REFUSED);
            throw refused;
        }
    }

    private static ObjectNode accepted(Job job, TouchedPaths touched) {
        ObjectNode body = Json.newObject()
                .put("revalidation_id", job.id().value())
                .put("state", HandshakeState.PENDING.wireName());
        List<RefusedPath> refused = touched.refused();
        if (!refused.isEmpty()) {
            HandshakeJson.putRefusedPaths(body, refused);
        }
        return body;
    }

    private static ObjectNode again(RevalidationId id, Published.Again again) {
        ObjectNode body = Json.newObject().put("revalidation_id", id.value());
        again.first().ifPresent(first -> {
            body.put("state", first.state().wireName());
            first.refusedPaths().ifPresent(refused -> HandshakeJson.putStored(body, "refused_paths", refused));
        });
        return body;
    }
}
