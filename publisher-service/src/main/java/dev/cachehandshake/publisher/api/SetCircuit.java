package dev.cachehandshake.publisher.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import dev.cachehandshake.protocol.store.Circuit;
import dev.cachehandshake.protocol.store.CircuitState;
import dev.cachehandshake.protocol.store.CircuitStore;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.publisher.config.PublisherSettings;
import dev.cachehandshake.publisher.publish.CircuitOrderReader;
import dev.cachehandshake.publisher.publish.ReadCircuitOrder;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/sites/{site}/targets/{target}/circuit}: how the breaker of a target stands, and an operator's word on it. */
@RestController
final class SetCircuit {
    private static final Logger log = LoggerFactory.getLogger(SetCircuit.class);
    private static final String ADDRESS = "/api/sites/{site}/targets/{target}/circuit";

    private final CircuitStore store;
    private final Clock clock;
    private final List<String> sites;
    private final DataSize bodyLimit;

    SetCircuit(CircuitStore store, Clock clock, PublisherSettings settings) {
        this.store = store;
        this.clock = clock;
        this.sites = settings.sites();
        this.bodyLimit = settings.bodyLimit();
    }

    @GetMapping(ADDRESS)
    ResponseEntity<String> show(
            @PathVariable("site") String site, @PathVariable("target") String target, HttpServletRequest request) {
        Circuit circuit = circuit(site, target);
        Parameters.requireNone(request);
        return answer(circuit, store.read(circuit));
    }

    @PostMapping(ADDRESS)
    ResponseEntity<String> set(
            @PathVariable("site") String site, @PathVariable("target") String target, HttpServletRequest request) {
        Circuit circuit = circuit(site, target);
        Parameters.requireNone(request);
        return switch (CircuitOrderReader.read(JsonRequest.read(request, bodyLimit))) {
            case ReadCircuitOrder.Open order -> {
                CircuitState now = store.forceOpen(circuit, order.openFor(), order.reason())
                        .now();
                log.info(
                        "breaker opened by hand site={} target={} for={} reason=\"{}\"",
                        site,
                        target,
                        order.openFor().map(Duration::toString).orElse("-"),
                        order.reason().orElse(""));
                yield answer(circuit, now);
            }
            case ReadCircuitOrder.Closed order -> {
                CircuitState now = store.forceClosed(circuit).now();
                log.info(
                        "breaker closed by hand site={} target={} reason=\"{}\"",
                        site,
                        target,
                        order.reason().orElse(""));
                yield answer(circuit, now);
            }
            case ReadCircuitOrder.NotUnderstood faulty ->
                throw RefusedUpdate.problem(faulty.why(), "an order to a breaker", CircuitOrderReader.FIELDS);
        };
    }

    /** Which targets there are only the workers know, so that any name is taken that one can have. */
    private Circuit circuit(String site, String target) {
        if (!sites.contains(site)) {
            String shown = Parameters.shorten(site);
            throw ProblemException.of(
                            ProblemCode.UNKNOWN_SITE,
                            "\"" + shown + "\" is no site of this service (handshake.sites): send one of: "
                                    + String.join(", ", sites))
                    .with("site", shown)
                    .with("known_sites", sites);
        }
        if (!Circuit.isTargetName(target)) {
            throw Parameters.refused(
                    "target",
                    target,
                    "no target has that name: send the one that the worker's log and metrics have, such as nextjs or"
                            + " 10.0.0.7:3000");
        }
        return new Circuit(site, target);
    }

    private ResponseEntity<String> answer(Circuit circuit, CircuitState state) {
        ObjectNode json = Json.newObject().put("site", circuit.site()).put("target", circuit.target());
        switch (state) {
            case CircuitState.Closed closed -> put(json, closed, false, Optional.empty(), Optional.empty());
            case CircuitState.Open open -> put(json, open, false, open.left(), open.reason());
            case CircuitState.Forced forced -> put(json, forced, true, forced.left(), forced.reason());
        }
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.APPLICATION_JSON)
                .body(Json.write(json));
    }

    private void put(
            ObjectNode json, CircuitState state, boolean forced, Optional<Duration> left, Optional<String> reason) {
        json.put("state", state.isOpen() ? "open" : "closed")
                .put("forced", forced)
                .put("failures", state.failures());
        left.ifPresent(time -> json.put("until", TimeText.of(clock.instant().plus(time))));
        reason.ifPresent(why -> json.put("reason", why));
    }
}
