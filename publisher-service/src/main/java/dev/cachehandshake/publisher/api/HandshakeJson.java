package dev.cachehandshake.publisher.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.ContentVersion;
import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.RefusedPath;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.protocol.wire.MalformedWireException;
import dev.cachehandshake.protocol.wire.RefusedPathsJson;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.springframework.web.util.UriUtils;

/** A handshake as callers see it. What is not known is left out; times are RFC 3339 in UTC, with milliseconds. */
final class HandshakeJson {
    private HandshakeJson() {}

    static ObjectNode of(HandshakeView view) {
        ObjectNode json = outline(view);
        view.refusedPaths().ifPresent(refused -> putStored(json, "refused_paths", refused));
        putTargets(json.putArray("targets"), view.targets());
        return json;
    }

    /** All but what may be large: as it is listed. */
    static ObjectNode outline(HandshakeView view) {
        ObjectNode json = Json.newObject()
                .put("revalidation_id", view.id().value())
                .put("state", view.state().wireName())
                .put("site", view.site())
                .put("type", view.type())
                .put("slug", view.slug());
        view.version().ifPresent(version -> putVersion(json, version));
        view.action().ifPresent(action -> json.put("action", action));
        view.deliveryClass().ifPresent(chosen -> json.put("class", chosen.wireName()));
        json.put("attempts", view.attempts());
        // A stranger's hash need not say when it was made.
        if (view.acceptedAtMs() > 0) {
            putTime(json, "accepted_at", OptionalLong.of(view.acceptedAtMs()));
        }
        putTime(json, "acknowledged_at", view.acknowledgedAtMs());
        putEnd(json, view);
        view.freshness().ifPresent(freshness -> json.put("freshness", freshness.wireName()));
        view.coveredBy().ifPresent(successor -> json.put("covered_by", successor));
        view.failure()
                .ifPresent(failure -> json.putObject("failure")
                        .put("reason", failure.wireName())
                        .put("message", explain(failure))
                        .put("advice", failure.advice())
                        .put("replay", replayAddress(view.id())));
        view.lastError().ifPresent(message -> {
            ObjectNode error = json.putObject("last_error").put("message", message);
            putTime(error, "at", view.lastErrorAtMs());
        });
        if (!view.state().isTerminal()) {
            putTime(json, "next_look_at", view.nextLookAtMs());
        }
        view.replayOf().ifPresent(failed -> json.put("replay_of", failed));
        view.replayedBy().ifPresent(replay -> json.put("replayed_by", replay));
        return json;
    }

    static void putRefusedPaths(ObjectNode json, List<RefusedPath> refused) {
        putStored(json, "refused_paths", RefusedPathsJson.write(refused));
    }

    /** Puts what is stored as JSON; what a stranger has broken is left out. */
    static void putStored(ObjectNode json, String field, String stored) {
        try {
            JsonNode value = Json.object("{\"stored\":" + stored + "}").get("stored");
            if (!value.isEmpty()) {
                json.set(field, value);
            }
        } catch (MalformedWireException broken) {
            json.remove(field);
        }
    }

    private static void putEnd(ObjectNode json, HandshakeView view) {
        if (view.finishedAtMs().isEmpty()) {
            return;
        }
        putTime(json, "finished_at", view.finishedAtMs());
        if (view.state() == HandshakeState.COMPLETED) {
            putTime(json, "completed_at", view.finishedAtMs());
        }
        if (view.state() == HandshakeState.FAILED) {
            putTime(json, "failed_at", view.finishedAtMs());
        }
        if (view.acceptedAtMs() > 0) {
            json.put("duration_ms", view.finishedAtMs().getAsLong() - view.acceptedAtMs());
        }
    }

    private static void putTargets(ArrayNode targets, List<HandshakeView.TargetProgress> progress) {
        for (HandshakeView.TargetProgress target : progress) {
            ObjectNode json = targets.addObject().put("name", target.name()).put("status", target.status());
            putTime(json, "settled_at", target.settledAtMs());
            target.replica().ifPresent(replica -> json.put("replica", replica));
            target.buildId().ifPresent(buildId -> json.put("build_id", buildId));
            target.error().ifPresent(error -> json.put("error", error));
            target.pages().ifPresent(pages -> putStored(json, "pages", pages));
        }
    }

    private static void putTime(ObjectNode json, String field, OptionalLong ms) {
        ms.ifPresent(time -> json.put(field, TimeText.of(Instant.ofEpochMilli(time))));
    }

    /** A number comes back as a number, as it went in; a stranger's hash may hold any text. */
    private static void putVersion(ObjectNode json, String version) {
        if (ContentVersion.INTEGER.matcher(version).matches()) {
            json.put("version", new BigInteger(version));
        } else {
            json.put("version", version);
        }
    }

    /** A foreign id may hold anything. */
    private static String replayAddress(RevalidationId id) {
        return "/api/handshakes/" + UriUtils.encodePathSegment(id.value(), StandardCharsets.UTF_8) + "/replay";
    }

    private static String explain(FailureReason failure) {
        return switch (failure) {
            case EXHAUSTED -> "The last attempt failed too; last_error says how";
            case REJECTED -> "The site said no, and would say so again; last_error has its words";
            case NO_CALLBACK ->
                "The site accepted each delivery and confirmed none in time; a late callback still counts";
            case STALE -> "The site's pages do not carry the change, after the last attempt";
            case CRASH_LOOP -> "Five workers were lost while they delivered this";
            case UNREACHABLE -> "The site could not be reached for seven days";
            case UNREADABLE -> "A page of the site answered with errors, or not at all, for seven days";
        };
    }
}
