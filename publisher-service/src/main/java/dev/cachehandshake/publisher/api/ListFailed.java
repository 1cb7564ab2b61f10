package dev.cachehandshake.publisher.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import dev.cachehandshake.protocol.store.FailedPage;
import dev.cachehandshake.protocol.store.FailedRequest;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.publisher.config.PublisherSettings;
import java.util.List;
import java.util.Optional;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/handshakes?state=failed}: what has failed, page by page, the latest first. */
@RestController
final class ListFailed {
    private static final String STATE = "state";
    private static final String SITE = "site";
    private static final String LIMIT = "limit";
    private static final String CURSOR = "cursor";
    private static final List<String> KNOWN = List.of(STATE, SITE, LIMIT, CURSOR);
    private static final String EXAMPLE = "?state=failed&limit=50";
    private static final int USUAL = 50;
    private static final int MOST = 100;

    private final HandshakeStore store;
    private final List<String> sites;

    ListFailed(HandshakeStore store, PublisherSettings settings) {
        this.store = store;
        this.sites = settings.sites();
    }

    @GetMapping("/api/handshakes")
    ResponseEntity<String> list(@RequestParam MultiValueMap<String, String> parameters) {
        Parameters.requireKnown(parameters.keySet(), KNOWN, EXAMPLE);
        requireFailed(one(parameters, STATE));
        FailedPage page = store.failed(new FailedRequest(
                one(parameters, SITE).map(this::site),
                one(parameters, LIMIT).map(ListFailed::limit).orElse(USUAL),
                one(parameters, CURSOR).map(PageCursor::read)));
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.APPLICATION_JSON)
                .body(Json.write(json(page)));
    }

    private static ObjectNode json(FailedPage page) {
        ObjectNode json = Json.newObject();
        ArrayNode handshakes = json.putArray("handshakes");
        page.handshakes().stream().map(HandshakeJson::outline).forEach(handshakes::add);
        page.next().ifPresent(place -> json.put("next_cursor", PageCursor.write(place)));
        return json;
    }

    private static Optional<String> one(MultiValueMap<String, String> parameters, String name) {
        List<String> values = parameters.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw Parameters.refused(name, String.join(", ", values), "send it once");
        }
        return values.stream().findFirst();
    }

    /** The open ones have indexes by other things than their age, and the completed ones none: these would not come in pages. */
    private static void requireFailed(Optional<String> state) {
        String wayOut =
                "only failed ones are listed, so send state=failed; GET /api/handshakes/{id} shows any other, and"
                        + " handshake_handshakes at /actuator/prometheus counts them";
        String sent = state.orElseThrow(
                () -> ProblemException.of(ProblemCode.INVALID_PARAMETER, "state is missing: " + wayOut)
                        .with("parameter", STATE));
        if (!sent.equals(HandshakeState.FAILED.wireName())) {
            throw Parameters.refused(STATE, sent, wayOut);
        }
    }

    /** Not any text: a misspelt site would have no failures, and look well. */
    private String site(String sent) {
        if (!sites.contains(sent)) {
            throw Parameters.refused(
                    SITE,
                    sent,
                    "that is no site of this service, send one of: " + String.join(", ", sites)
                            + "; without it those of every site are listed");
        }
        return sent;
    }

    private static int limit(String sent) {
        if (sent.matches("[0-9]{1,4}")) {
            int limit = Integer.parseInt(sent);
            if (limit >= 1 && limit <= MOST) {
                return limit;
            }
        }
        throw Parameters.refused(LIMIT, sent, "send a whole number from 1 to " + MOST);
    }
}
