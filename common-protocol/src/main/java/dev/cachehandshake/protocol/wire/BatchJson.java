package dev.cachehandshake.protocol.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.RequestedPath;
import dev.cachehandshake.protocol.TouchedPaths;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The batch protocol's request and answer: many handshakes a call, answered one by one. */
public final class BatchJson {
    private BatchJson() {}

    /** One handshake of a batch, with the pages it touches. */
    public record Entry(Job job, TouchedPaths touched) {}

    /**
     * What a target answered.
     *
     * @param results by revalidation_id; an id that is missing was not answered
     */
    public record Answer(Optional<String> replica, Optional<String> buildId, Map<String, Result> results) {}

    /** @param reason why it was rejected; empty when it was accepted */
    public record Result(boolean accepted, Optional<String> reason) {}

    /**
     * @param verifyOnly whether the target shall read its pages and invalidate only what it finds stale, because it shares its
     *     cache with one that is told to invalidate
     */
    public static String writeRequest(
            String batchId, String site, String target, boolean verifyOnly, List<Entry> entries) {
        ObjectNode request = Json.newObject();
        request.put("batch_id", batchId);
        request.put("site", site);
        request.put("target", target);
        if (verifyOnly) {
            request.put("verify_only", true);
        }
        ArrayNode handshakes = request.putArray("handshakes");
        for (Entry entry : entries) {
            ObjectNode handshake = Json.object(entry.job().json());
            entry.job().version().ifPresent(version -> JobJson.putVersion(handshake, version));
            JobJson.putPaths(
                    handshake.putArray("paths"),
                    entry.touched().all().stream()
                            .map(page -> new RequestedPath(page.value(), page.type()))
                            .toList());
            if (!handshake.path("tags").isArray()) {
                handshake.putArray("tags");
            }
            handshake.put("action", entry.job().action().wireName());
            handshakes.add(handshake);
        }
        return Json.write(request);
    }

    /** @throws MalformedWireException when the answer has no {@code results} */
    public static Answer readAnswer(byte[] body) {
        ObjectNode answer = Json.object(body);
        if (!answer.path("results").isArray()) {
            throw new MalformedWireException("has no \"results\"");
        }
        Map<String, Result> results = new HashMap<>();
        for (JsonNode result : answer.path("results")) {
            String status = result.path("status").asText();
            if (status.equals("accepted") || status.equals("rejected")) {
                results.put(
                        result.path("revalidation_id").asText(),
                        new Result(status.equals("accepted"), Json.text(result, "reason")));
            }
        }
        return new Answer(Json.text(answer, "replica"), Json.text(answer, "build_id"), results);
    }
}
