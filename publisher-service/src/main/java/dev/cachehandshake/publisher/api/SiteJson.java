package dev.cachehandshake.publisher.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.store.CaughtUp;
import dev.cachehandshake.protocol.store.DeploymentOutcome;
import dev.cachehandshake.protocol.store.SiteStanding;
import dev.cachehandshake.protocol.wire.Json;
import java.time.Instant;
import java.util.Optional;

/** A site, and a deployment of it, as callers see them. What is not known is left out. */
final class SiteJson {
    private SiteJson() {}

    static ObjectNode of(String site, SiteStanding standing) {
        ObjectNode json = Json.newObject().put("site", site).put("held", standing.isHeld());
        putTime(json, "held_until", standing.heldUntil());
        ArrayNode holds = json.putArray("holds");
        standing.holds().forEach(hold -> put(holds.addObject(), hold));
        ArrayNode deployments = json.putArray("deployments");
        standing.deployments().forEach(deployment -> put(deployments.addObject(), deployment));
        return json;
    }

    static ObjectNode of(String site, String deploymentId, DeploymentOutcome.Standing standing) {
        ObjectNode json = Json.newObject()
                .put("site", site)
                .put("deployment_id", deploymentId)
                .put("status", standing.status().wireName());
        putTime(json, "build_started_at", Optional.of(standing.since()));
        putTime(json, "held_until", standing.until());
        return json;
    }

    private static void put(ObjectNode json, SiteStanding.Hold hold) {
        json.put("by", hold.by());
        hold.deploymentId().ifPresent(id -> json.put("deployment_id", id));
        putTime(json, hold.deploymentId().isPresent() ? "build_started_at" : "since", hold.since());
        putTime(json, "until", hold.until());
        hold.reason().ifPresent(reason -> json.put("reason", reason));
    }

    private static void put(ObjectNode json, SiteStanding.Deployment deployment) {
        json.put("deployment_id", deployment.id())
                .put("status", deployment.status().wireName());
        putTime(json, "build_started_at", deployment.since());
        putTime(json, "first_heard_at", deployment.startedAt());
        putTime(json, "held_until", deployment.until());
        putTime(json, "ended_at", deployment.endedAt());
        deployment.caughtUp().ifPresent(caughtUp -> put(json.putObject("delivered_again"), caughtUp));
    }

    private static void put(ObjectNode json, CaughtUp caughtUp) {
        if (caughtUp.everything()) {
            json.put("everything", true);
        } else {
            json.put("pages", caughtUp.pages()).put("tags", caughtUp.tags());
        }
    }

    private static void putTime(ObjectNode json, String field, Optional<Instant> time) {
        time.ifPresent(moment -> json.put(field, TimeText.of(moment)));
    }
}
