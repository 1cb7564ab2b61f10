package dev.cachehandshake.protocol;

import dev.cachehandshake.protocol.wire.JobJson;

/** Jobs for tests, read from the JSON that a publisher would write. */
public final class Jobs {
    private Jobs() {}

    /** A post without a version, its slug the same as its id. */
    public static Job post(String id) {
        return JobJson.read(json(id, id, ""));
    }

    /** @param version as JSON: {@code 7}, or {@code "\"abc\""} */
    public static Job post(String id, String slug, String version) {
        return JobJson.read(json(id, slug, ",\"version\":" + version));
    }

    /** @param more further members, each with a comma before it */
    public static String json(String id, String slug, String more) {
        return "{\"revalidation_id\":\"%s\",\"type\":\"post\",\"slug\":\"%s\",\"dependencies\":[\"blog\",\"\"]%s}"
                .formatted(id, slug, more);
    }
}
