package dev.cachehandshake.publisher.api;

import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.publisher.config.PublisherSettings;
import dev.cachehandshake.publisher.publish.AwaitEnding;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/handshakes/{id}}: how a handshake stands; with {@code ?wait=}, once it has ended. */
@RestController
final class ShowHandshake {
    private static final int SHOWN = 100;

    private final AwaitEnding awaiting;
    private final Duration waitLimit;

    ShowHandshake(AwaitEnding awaiting, PublisherSettings settings) {
        this.awaiting = awaiting;
        this.waitLimit = settings.waitLimit();
    }

    @GetMapping("/api/handshakes/{id}")
    ResponseEntity<String> show(
            @PathVariable("id") String id, @RequestParam(name = "wait", required = false) String wait) {
        Duration patience = WaitParameter.read(wait, waitLimit);
        HandshakeView view =
                idOf(id).flatMap(known -> awaiting.await(known, patience)).orElseThrow(() -> unknown(id));
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.APPLICATION_JSON)
                .body(Json.write(HandshakeJson.of(view)));
    }

    /** Empty when no handshake can have that id. */
    private static Optional<RevalidationId> idOf(String text) {
        try {
            return Optional.of(new RevalidationId(text));
        } catch (IllegalArgumentException notId) {
            return Optional.empty();
        }
    }

    private static ProblemException unknown(String id) {
        String shown = id.length() <= SHOWN ? id : id.substring(0, SHOWN) + "…";
        return ProblemException.of(
                        ProblemCode.UNKNOWN_HANDSHAKE,
                        "No handshake has the id " + shown
                                + ": it was never accepted, or it ended so long ago that it was forgotten")
                .with("revalidation_id", shown);
    }
}
