package dev.cachehandshake.publisher.api;

import dev.cachehandshake.protocol.store.PauseOutcome;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.publisher.config.PublisherSettings;
import dev.cachehandshake.publisher.hold.HoldSite;
import dev.cachehandshake.publisher.hold.PauseReader;
import dev.cachehandshake.publisher.hold.ReadPause;
import dev.cachehandshake.publisher.publish.ReadUpdate;
import dev.cachehandshake.publisher.publish.UnknownField;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/sites/{site}}: whether it is held, and by what; {@code /pause} and {@code /resume} hold it by hand. */
@RestController
final class PauseSite {
    private final PauseReader reader;
    private final HoldSite holding;
    private final List<String> sites;
    private final DataSize bodyLimit;

    PauseSite(PauseReader reader, HoldSite holding, PublisherSettings settings) {
        this.reader = reader;
        this.holding = holding;
        this.sites = settings.sites();
        this.bodyLimit = settings.bodyLimit();
    }

    @GetMapping("/api/sites/{site}")
    ResponseEntity<String> show(@PathVariable("site") String site, HttpServletRequest request) {
        SiteName.require(site, sites);
        Parameters.requireNone(request);
        return shown(site);
    }

    @PostMapping("/api/sites/{site}/pause")
    ResponseEntity<String> pause(@PathVariable("site") String site, HttpServletRequest request) {
        SiteName.require(site, sites);
        Parameters.requireNone(request);
        ReadPause.Understood pause = switch (reader.read(JsonRequest.read(request, bodyLimit))) {
            case ReadPause.Understood understood -> understood;
            case ReadPause.NotUnderstood faulty ->
                throw RefusedUpdate.problem(faulty.why(), "a pause", PauseReader.FIELDS);
        };
        return answer(site, holding.pause(site, pause));
    }

    @PostMapping("/api/sites/{site}/resume")
    ResponseEntity<String> resume(@PathVariable("site") String site, HttpServletRequest request) {
        SiteName.require(site, sites);
        Parameters.requireNone(request);
        JsonRequest.readOptional(request, bodyLimit)
                .map(body -> UnknownField.in(body, List.of()))
                .filter(unknown -> !unknown.isEmpty())
                .ifPresent(unknown -> {
                    throw RefusedUpdate.problem(
                            new ReadUpdate.NotUnderstood(unknown, List.of()), "a resume", List.of());
                });
        return answer(site, holding.resume(site));
    }

    private ResponseEntity<String> answer(String site, PauseOutcome outcome) {
        return switch (outcome) {
            case PauseOutcome.Done done -> shown(site);
            case PauseOutcome.Already already -> shown(site);
            case PauseOutcome.Blocked blocked -> throw SiteName.notHoldable(site, blocked.keys());
        };
    }

    private ResponseEntity<String> shown(String site) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.APPLICATION_JSON)
                .body(Json.write(SiteJson.of(site, holding.standing(site))));
    }
}
