package dev.cachehandshake.protocol.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.PagePath;
import dev.cachehandshake.protocol.RequestedPath;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Optional;

/** What a replica says when it starts, and what it is told to make anew. */
public final class HelloJson {
    private HelloJson() {}

    /**
     * @param address of this very process, as the worker reaches it; empty where it cannot be told
     * @param builtAt when the build that it serves was made
     */
    public record Hello(
            String site, String replica, Optional<String> buildId, Instant builtAt, Optional<String> address) {}

    /** @throws MalformedWireException when a field is missing or cannot be read; the message names it */
    public static Hello read(byte[] body) {
        ObjectNode hello = Json.object(body);
        String builtAt = required(hello, "build_time");
        try {
            return new Hello(
                    required(hello, "site"),
                    required(hello, "replica"),
                    Json.text(hello, "build_id"),
                    OffsetDateTime.parse(builtAt).toInstant(),
                    Json.text(hello, "url"));
        } catch (DateTimeException noTime) {
            throw new MalformedWireException("has the \"build_time\" \"" + builtAt
                    + "\": an RFC 3339 time such as 2026-01-31T12:00:00Z is wanted");
        }
    }

    /** @param everything whether not all that changed is known any more; then the others are empty */
    public static String writeAnswer(boolean everything, Collection<PagePath> pages, Collection<String> tags) {
        ObjectNode answer = Json.newObject();
        answer.put("everything", everything);
        JobJson.putPaths(
                answer.putArray("paths"),
                pages.stream()
                        .map(page -> new RequestedPath(page.value(), page.type()))
                        .toList());
        tags.forEach(answer.putArray("tags")::add);
        return Json.write(answer);
    }

    private static String required(ObjectNode hello, String field) {
        return Json.text(hello, field)
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new MalformedWireException("has no text \"" + field + "\""));
    }
}
