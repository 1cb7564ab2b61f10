package dev.cachehandshake.publisher.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.publisher.config.PublisherSettings;
import dev.cachehandshake.publisher.publish.EventOutcome;
import dev.cachehandshake.publisher.publish.ReadReplay;
import dev.cachehandshake.publisher.publish.ReplayFailed;
import dev.cachehandshake.publisher.publish.ReplayReader;
import dev.cachehandshake.publisher.publish.ReplayTally;
import dev.cachehandshake.publisher.publish.Replayed;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /api/handshakes/{id}/replay}: what failed is delivered once more, as a new handshake. */
@RestController
final class ReplayHandshake {
    private final ReplayFailed replaying;
    private final ReplayTally tally;
    private final DataSize bodyLimit;

    ReplayHandshake(ReplayFailed replaying, ReplayTally tally, PublisherSettings settings) {
        this.replaying = replaying;
        this.tally = tally;
        this.bodyLimit = settings.bodyLimit();
    }

    @PostMapping("/api/handshakes/{id}/replay")
    ResponseEntity<String> replay(@PathVariable("id") String id, HttpServletRequest request) {
        Optional<RevalidationId> named = named(request);
        Replayed replayed = HandshakeId.of(id)
                .map(failed -> replaying.replay(failed, named))
                .orElseGet(Replayed.Unknown::new);
        return switch (replayed) {
            case Replayed.New accepted ->
                Acceptances.answer(HttpStatus.ACCEPTED, accepted.id(), accepted(accepted.id(), accepted.failed()));
            case Replayed.Again again ->
                Acceptances.answer(
                        HttpStatus.OK,
                        again.first().id(),
                        body(again.first().id(), again.first().state(), id));
            case Replayed.Taken taken ->
                throw Acceptances.taken(
                        taken.id(),
                        "The revalidation_id " + taken.id() + " stands for another handshake than a replay of "
                                + Parameters.shorten(id) + ": send a new one, or none");
            case Replayed.Full full -> throw Acceptances.full(full.waiting());
            case Replayed.Unknown unknown -> throw HandshakeId.unknown(id);
            case Replayed.NotEnded open ->
                throw problem(
                        ProblemCode.NOT_ENDED,
                        id,
                        "is " + open.state().wireName()
                                + " and still on its way: it is delivered again by itself, until"
                                + " it has completed or failed",
                        open.state());
            case Replayed.NotFailed well ->
                throw problem(
                        ProblemCode.NOT_REPLAYABLE,
                        id,
                        "is " + well.state().wireName()
                                + ", and only what failed is kept to be replayed: post the change"
                                + " anew to /api/content-updates",
                        well.state());
            case Replayed.Unreadable unreadable ->
                throw problem(
                        ProblemCode.NOT_REPLAYABLE,
                        id,
                        "cannot be replayed, for its job " + unreadable.why() + ": post the change anew to"
                                + " /api/content-updates",
                        HandshakeState.FAILED);
        };
    }

    /** The id that the new one is to have. */
    private Optional<RevalidationId> named(HttpServletRequest request) {
        try {
            Parameters.requireNone(request);
            Optional<ReadReplay> read =
                    JsonRequest.readOptional(request, bodyLimit).map(ReplayReader::read);
            if (read.isEmpty()) {
                return Optional.empty();
            }
            return switch (read.get()) {
                case ReadReplay.Understood understood -> understood.id();
                case ReadReplay.NotUnderstood faulty ->
                    throw RefusedUpdate.problem(faulty.why(), "a replay", ReplayReader.FIELDS);
            };
        } catch (ProblemException refused) {
            tally.count(EventOutcome.REFUSED);
            throw refused;
        }
    }

    private static ObjectNode accepted(RevalidationId id, HandshakeView failed) {
        ObjectNode body = body(id, HandshakeState.PENDING, failed.id().value());
        failed.refusedPaths().ifPresent(refused -> HandshakeJson.putStored(body, "refused_paths", refused));
        return body;
    }

    private static ObjectNode body(RevalidationId id, HandshakeState state, String replayOf) {
        return Json.newObject()
                .put("revalidation_id", id.value())
                .put("state", state.wireName())
                .put("replay_of", replayOf);
    }

    private static ProblemException problem(ProblemCode code, String id, String what, HandshakeState state) {
        String shown = Parameters.shorten(id);
        return ProblemException.of(code, "The handshake " + shown + " " + what)
                .with("revalidation_id", shown)
                .with("state", state.wireName());
    }
}
