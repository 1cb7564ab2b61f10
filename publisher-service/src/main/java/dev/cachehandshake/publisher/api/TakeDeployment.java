package dev.cachehandshake.publisher.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.store.DeploymentOutcome;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.publisher.config.PublisherSettings;
import dev.cachehandshake.publisher.hold.DeploymentReader;
import dev.cachehandshake.publisher.hold.HoldSite;
import dev.cachehandshake.publisher.hold.ReadDeployment;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /api/sites/{site}/deployments}: a deploy says that it has started, finished or failed. */
@RestController
final class TakeDeployment {
    private final DeploymentReader reader;
    private final HoldSite holding;
    private final List<String> sites;
    private final DataSize bodyLimit;

    TakeDeployment(DeploymentReader reader, HoldSite holding, PublisherSettings settings) {
        this.reader = reader;
        this.holding = holding;
        this.sites = settings.sites();
        this.bodyLimit = settings.bodyLimit();
    }

    @PostMapping("/api/sites/{site}/deployments")
    ResponseEntity<String> take(@PathVariable("site") String site, HttpServletRequest request) {
        SiteName.require(site, sites);
        Parameters.requireNone(request);
        ReadDeployment.Understood word = switch (reader.read(JsonRequest.read(request, bodyLimit))) {
            case ReadDeployment.Understood understood -> understood;
            case ReadDeployment.NotUnderstood faulty ->
                throw RefusedUpdate.problem(faulty.why(), "a deployment", DeploymentReader.FIELDS);
        };
        return switch (holding.tell(site, word)) {
            case DeploymentOutcome.Taken taken ->
                answer(HttpStatus.ACCEPTED, SiteJson.of(site, word.id(), taken.standing()));
            case DeploymentOutcome.Already again ->
                answer(HttpStatus.OK, SiteJson.of(site, word.id(), again.standing()));
            case DeploymentOutcome.Ignored ignored ->
                answer(
                        HttpStatus.OK,
                        SiteJson.of(site, word.id(), ignored.standing())
                                .put("ignored", true)
                                .put("message", whyIgnored(word, ignored.standing())));
            case DeploymentOutcome.Blocked blocked -> throw SiteName.notHoldable(site, blocked.keys());
        };
    }

    private static String whyIgnored(ReadDeployment.Understood word, DeploymentOutcome.Standing standing) {
        return "\"" + word.status().wireName() + "\" comes too late, for the deployment is "
                + standing.status().wireName() + " already: each deploy needs a deployment_id of its own";
    }

    private static ResponseEntity<String> answer(HttpStatus status, ObjectNode body) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(Json.write(body));
    }
}
