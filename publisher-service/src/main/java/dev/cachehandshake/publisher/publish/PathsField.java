package dev.cachehandshake.publisher.publish;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachehandshake.protocol.PathType;
import dev.cachehandshake.protocol.RequestedPath;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code paths}: texts, or {@code {"path", "type"}}. Whether Next.js can revalidate them is judged elsewhere. */
final class PathsField {
    static final int MOST = 1_000;

    private static final Set<String> KNOWN = Set.of("path", "type");
    private static final String WAY_OUT =
            "send a path such as \"/blog/my-post\", or {\"path\": \"/blog/[slug]\", \"type\": \"page\"}";

    private PathsField() {}

    static List<RequestedPath> read(EventWalk walk) {
        List<RequestedPath> paths = new ArrayList<>();
        int index = 0;
        for (JsonNode entry : walk.entries(EventField.PATHS, MOST, "send an array of paths")) {
            readEntry(walk, "paths[" + index + "]", entry).ifPresent(paths::add);
            index++;
        }
        return paths;
    }

    private static Optional<RequestedPath> readEntry(EventWalk walk, String field, JsonNode entry) {
        if (entry.isTextual()) {
            return walk.anyText(field, entry, WAY_OUT).map(RequestedPath::of);
        }
        if (!entry.isObject()) {
            walk.refuse(field, entry, "is " + EventWalk.kindOf(entry) + " and has to be a text or an object", WAY_OUT);
            return Optional.empty();
        }
        for (Iterator<String> names = entry.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!KNOWN.contains(name)) {
                walk.refuse(field + "." + name, entry.get(name), "is a field that nobody knows", WAY_OUT);
            }
        }
        if (!entry.has("path")) {
            walk.refuse(field, entry, "has no \"path\"", WAY_OUT);
            return Optional.empty();
        }
        Optional<PathType> type = Optional.empty();
        if (entry.has("type")) {
            type = PathType.fromWire(entry.get("type").asText());
            if (type.isEmpty()) {
                walk.refuse(field + ".type", entry.get("type"), "is no type of path", "send \"page\" or \"layout\"");
            }
        }
        Optional<PathType> given = type;
        return walk.anyText(field + ".path", entry.get("path"), WAY_OUT).map(path -> new RequestedPath(path, given));
    }
}
