package dev.cachehandshake.publisher.api;

import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.publisher.config.PublisherSettings;
import dev.cachehandshake.publisher.publish.AwaitEnding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
        Parameters.requireKnown(parameters.keySet(), List.of(WAIT), "?wait=PT30S");
        Duration patience = WaitParameter.read(wait, waitLimit);
        HandshakeView view = HandshakeId.of(id)
                .flatMap(known -> awaiting.await(known, patience))
                .orElseThrow(() -> HandshakeId.unknown(id));
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.APPLICATION_JSON)
                .body(Json.write(HandshakeJson.of(view)));
    }
}
