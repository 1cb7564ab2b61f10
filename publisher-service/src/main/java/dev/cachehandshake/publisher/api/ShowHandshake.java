package dev.cachehandshake.publisher.api;

import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.publisher.config.PublisherSettings;
import dev.cachehandshake.publisher.publish.AwaitEnding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
    private static final String WAIT = "wait";

    private final AwaitEnding awaiting;
    private final Duration waitLimit;

    ShowHandshake(AwaitEnding awaiting, PublisherSettings settings) {
        this.awaiting = awaiting;
        this.waitLimit = settings.waitLimit();
    }

    @GetMapping("/api/handshakes/{id}")
    ResponseEntity<String> show(
            @PathVariable("id") String id,
            @RequestParam(name = WAIT, required = false) String wait,
            @RequestParam Map<String, String> parameters) {
        parameters.keySet().stream()
                .filter(name -> !name.equals(WAIT))
                .findFirst()
                .ifPresent(name -> {
                    throw unknownParameter(name);
                });
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
        String shown = shorten(id);
        return ProblemException.of(
                        ProblemCode.UNKNOWN_HANDSHAKE,
                        "No handshake has the id " + shown
                                + ": it was never accepted, or it ended so long ago that it was forgotten")
                .with("revalidation_id", shown);
    }

    /** A misspelt wait would be answered at once, and who waits would not know why. */
    private static ProblemException unknownParameter(String name) {
        String shown = shorten(name);
        return ProblemException.of(
                        ProblemCode.INVALID_PARAMETER,
                        "\"" + shown + "\" is no parameter of this address: the only one is " + WAIT
                                + ", such as ?wait=PT30S")
                .with("parameter", shown)
                .with("known_parameters", List.of(WAIT));
    }

    private static String shorten(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
