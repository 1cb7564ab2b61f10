package dev.cachehandshake.protocol.wire;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.cachehandshake.protocol.RefusedPath;
import java.util.List;

/** Refused paths as they are kept and shown: {@code [{"path", "reason"}]}. */
public final class RefusedPathsJson {
    private RefusedPathsJson() {}

    public static String write(List<RefusedPath> refused) {
        ArrayNode array = Json.newObject().arrayNode();
        refused.forEach(path -> array.addObject().put("path", path.text()).put("reason", path.reason()));
        return Json.write(array);
    }
}
