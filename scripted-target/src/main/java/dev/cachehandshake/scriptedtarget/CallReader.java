package dev.cachehandshake.scriptedtarget;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PagePath;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.RefusedPrimaryPathException;
import dev.cachehandshake.protocol.wire.JobJson;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.protocol.wire.MalformedWireException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a call of either protocol. */
final class CallReader {
    private CallReader() {}

    /**
     * The call is not numbered yet.
     *
     * @throws MalformedWireException when the body is neither a batch nor a job
     */
    static Call read(long arrivedAtNanos, Map<String, List<String>> headers, byte[] body) {
        ObjectNode json = Json.object(body);
        if (!json.has("batch_id")) {
            return new Call(0, arrivedAtNanos, Optional.empty(), List.of(single(json)), headers, body);
        }
        List<Wanted> wanted = new ArrayList<>();
        for (JsonNode handshake : json.path("handshakes")) {
            wanted.add(ofBatch(JobJson.read(Json.write(handshake))));
        }
        if (wanted.isEmpty() || !json.path("batch_id").isTextual()) {
            throw new MalformedWireException("is a batch without a text \"batch_id\" or without \"handshakes\"");
        }
        return new Call(0, arrivedAtNanos, Optional.of(json.path("batch_id").textValue()), wanted, headers, body);
    }

    private static Wanted single(ObjectNode json) {
        Job job = JobJson.read(Json.write(json));
        try {
            List<String> paths = PathRules.DEFAULT.touchedBy(job).all().stream()
                    .filter(path -> !path.isPattern())
                    .map(PagePath::value)
                    .toList();
            return new Wanted(job, paths);
        } catch (RefusedPrimaryPathException refused) {
            throw new MalformedWireException("names a page that cannot be: " + refused.getMessage());
        }
    }

    /** In a batch the worker has worked the paths out, and the site takes them as they are. */
    private static Wanted ofBatch(Job job) {
        List<String> paths = job.paths().stream()
                .map(path -> new PagePath(path.text(), path.type()))
                .filter(path -> !path.isPattern())
                .map(PagePath::value)
                .toList();
        return new Wanted(job, paths);
    }
}
