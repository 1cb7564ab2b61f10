package dev.cachehandshake.protocol.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.ContentAction;
import dev.cachehandshake.protocol.ContentVersion;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PathType;
import dev.cachehandshake.protocol.RefusedPath;
import dev.cachehandshake.protocol.RequestedPath;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.RevalidationMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A job as it lies in the queue. Reading is lenient, for a foreign publisher's job may hold anything beside {@code
 * revalidation_id}, {@code type} and {@code slug}; writing puts {@code revalidation_id} first, which lets a script find it
 * without decoding.
 */
public final class JobJson {
    private JobJson() {}

    /** @throws MalformedWireException when the text is no JSON object, or one of the three needed fields is missing or of the wrong form */
    public static Job read(String json) {
        ObjectNode job = Json.object(json);
        List<RefusedPath> unreadable = new ArrayList<>();
        try {
            return new Job(
                    new RevalidationId(required(job, "revalidation_id")),
                    required(job, "type"),
                    required(job, "slug"),
                    Json.text(job, "site").orElse(Job.DEFAULT_SITE),
                    version(job.path("version")),
                    Json.text(job, "action").flatMap(ContentAction::fromWire).orElse(ContentAction.UPDATED),
                    Json.text(job, "mode").flatMap(RevalidationMode::fromWire),
                    paths(job.path("paths"), unreadable),
                    texts(job.path("tags")),
                    dependencies(job.path("dependencies"), unreadable),
                    Json.text(job, "previous_slug"),
                    job.path("dry_run").asBoolean(false),
                    unreadable,
                    json);
        } catch (IllegalArgumentException bad) {
            throw new MalformedWireException("cannot be read: " + bad.getMessage());
        }
    }

    /** Writes what a job of ours says; the inverse of {@link #read}. The job's own {@code json} is not looked at. */
    public static String write(Job job) {
        ObjectNode node = Json.newObject();
        node.put("revalidation_id", job.id().value());
        node.put("type", job.type());
        node.put("slug", job.slug());
        ArrayNode dependencies = node.putArray("dependencies");
        job.dependencies().forEach(dependencies::add);
        node.put("site", job.site());
        job.version().ifPresent(version -> putVersion(node, version));
        node.put("action", job.action().wireName());
        job.mode().ifPresent(mode -> node.put("mode", mode.wireName()));
        if (!job.paths().isEmpty()) {
            putPaths(node.putArray("paths"), job.paths());
        }
        if (!job.tags().isEmpty()) {
            job.tags().forEach(node.putArray("tags")::add);
        }
        job.previousSlug().ifPresent(slug -> node.put("previous_slug", slug));
        if (job.dryRun()) {
            node.put("dry_run", true);
        }
        return Json.write(node);
    }

    /**
     * A job under another id. All else stays character for character: what a foreign publisher wrote, the spelling of its
     * numbers included, is not ours to write anew.
     *
     * @throws MalformedWireException when the text is no JSON object, or has no text {@code revalidation_id}
     */
    public static String withId(String json, RevalidationId id) {
        Json.object(json);
        return Json.withText(json, "revalidation_id", id.value())
                .orElseThrow(() -> new MalformedWireException("has no text \"revalidation_id\""));
    }

    static void putPaths(ArrayNode array, List<RequestedPath> paths) {
        for (RequestedPath path : paths) {
            path.type()
                    .ifPresentOrElse(
                            type -> array.addObject().put("path", path.text()).put("type", type.wireName()),
                            () -> array.add(path.text()));
        }
    }

    static void putVersion(ObjectNode node, ContentVersion version) {
        switch (version) {
            case ContentVersion.Counted counted -> node.put("version", counted.number());
            case ContentVersion.Dated dated -> node.put("version", dated.text());
            case ContentVersion.Opaque opaque -> node.put("version", opaque.text());
        }
    }

    /** A version of the wrong form is no version: a foreign job is delivered all the same. */
    static Optional<ContentVersion> version(JsonNode node) {
        if (!node.isTextual() && !node.isIntegralNumber()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ContentVersion.parse(node.asText()));
        } catch (IllegalArgumentException notVersion) {
            return Optional.empty();
        }
    }

    private static String required(ObjectNode job, String field) {
        return Json.text(job, field)
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new MalformedWireException("has no text \"" + field + "\""));
    }

    private static List<RequestedPath> paths(JsonNode array, List<RefusedPath> unreadable) {
        List<RequestedPath> paths = new ArrayList<>();
        for (JsonNode entry : array) {
            if (entry.isTextual()) {
                paths.add(RequestedPath.of(entry.textValue()));
            } else if (entry.path("path").isTextual()) {
                paths.add(new RequestedPath(
                        entry.path("path").textValue(), Json.text(entry, "type").flatMap(PathType::fromWire)));
            } else {
                unreadable.add(
                        new RefusedPath(entry.toString(), "is not a path: send a text, or {\"path\", \"type\"}"));
            }
        }
        return paths;
    }

    private static List<String> dependencies(JsonNode array, List<RefusedPath> unreadable) {
        List<String> dependencies = new ArrayList<>();
        for (JsonNode entry : array) {
            if (entry.isTextual()) {
                dependencies.add(entry.textValue());
            } else {
                unreadable.add(new RefusedPath(entry.toString(), "is not a path: a dependency is a text"));
            }
        }
        return dependencies;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(entry -> {
            if (entry.isTextual()) {
                texts.add(entry.textValue());
            }
        });
        return texts;
    }
}
