package dev.cachehandshake.protocol.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.PageSeen;
import dev.cachehandshake.protocol.Proof;
import dev.cachehandshake.protocol.RevalidationId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A site's callback: one handshake with nothing but its id, or a batch with what was seen of each page. */
public final class CallbackJson {
    private CallbackJson() {}

    /** What a callback says. */
    public sealed interface Callback {}

    public record Single(RevalidationId id) implements Callback {}

    /** @param target whose news it is, as the call named it; a site with one target need not say */
    public record Batch(
            String batchId,
            Optional<String> target,
            Optional<String> replica,
            Optional<String> buildId,
            List<Report> reports)
            implements Callback {
        public Batch {
            reports = List.copyOf(reports);
        }
    }

    /** @param reason the site's own words for a claim that is not {@code fresh} */
    public record Report(RevalidationId id, Proof.Claim claim, Optional<String> reason, List<PageSeen> pages) {
        public Report {
            pages = List.copyOf(pages);
        }
    }

    /** @throws MalformedWireException when the body is neither form; the message names the field */
    public static Callback read(byte[] body) {
        ObjectNode callback = Json.object(body);
        if (!callback.has("batch_id")) {
            return new Single(id(callback));
        }
        String batchId = Json.text(callback, "batch_id")
                .orElseThrow(() -> new MalformedWireException("has a \"batch_id\" that is no text"));
        if (!callback.path("handshakes").isArray()) {
            throw new MalformedWireException("has a \"batch_id\" and no \"handshakes\"");
        }
        List<Report> reports = new ArrayList<>();
        for (JsonNode handshake : callback.path("handshakes")) {
            reports.add(new Report(
                    id(handshake), claim(handshake), Json.text(handshake, "reason"), pages(handshake.path("pages"))));
        }
        return new Batch(
                batchId,
                Json.text(callback, "target"),
                Json.text(callback, "replica"),
                Json.text(callback, "build_id"),
                reports);
    }

    public static String writeSingle(RevalidationId id) {
        return Json.write(Json.newObject().put("revalidation_id", id.value()));
    }

    public static String writeBatch(Batch batch) {
        ObjectNode callback = Json.newObject();
        callback.put("batch_id", batch.batchId());
        batch.target().ifPresent(target -> callback.put("target", target));
        batch.replica().ifPresent(replica -> callback.put("replica", replica));
        batch.buildId().ifPresent(build -> callback.put("build_id", build));
        ArrayNode handshakes = callback.putArray("handshakes");
        for (Report report : batch.reports()) {
            ObjectNode handshake = handshakes.addObject();
            handshake.put("revalidation_id", report.id().value());
            handshake.put("status", report.claim().name().toLowerCase(Locale.ROOT));
            report.reason().ifPresent(reason -> handshake.put("reason", reason));
            handshake.set("pages", pagesTree(report.pages()));
        }
        return Json.write(callback);
    }

    /** The pages as they are kept in the status hash and shown to an editor. */
    public static String writePages(List<PageSeen> pages) {
        return Json.write(pagesTree(pages));
    }

    private static ArrayNode pagesTree(List<PageSeen> pages) {
        ArrayNode array = Json.newObject().arrayNode();
        for (PageSeen page : pages) {
            ObjectNode node = array.addObject().put("path", page.path());
            page.version().ifPresentOrElse(version -> JobJson.putVersion(node, version), () -> node.putNull("version"));
            if (page.status() != PageSeen.NOT_SAID) {
                node.put("status", page.status());
            }
        }
        return array;
    }

    private static RevalidationId id(JsonNode node) {
        String id = Json.text(node, "revalidation_id")
                .orElseThrow(() -> new MalformedWireException("has no text \"revalidation_id\""));
        try {
            return new RevalidationId(id);
        } catch (IllegalArgumentException bad) {
            throw new MalformedWireException("has a bad \"revalidation_id\": " + bad.getMessage());
        }
    }

    private static Proof.Claim claim(JsonNode handshake) {
        String status = handshake.path("status").asText();
        for (Proof.Claim claim : Proof.Claim.values()) {
            if (claim.name().toLowerCase(Locale.ROOT).equals(status)) {
                return claim;
            }
        }
        throw new MalformedWireException(
                "has the \"status\" \"" + status + "\": one of fresh, stale, unproven, failed is wanted");
    }

    private static List<PageSeen> pages(JsonNode array) {
        List<PageSeen> pages = new ArrayList<>();
        for (JsonNode page : array) {
            String path = Json.text(page, "path")
                    .orElseThrow(() -> new MalformedWireException("has a page without \"path\""));
            pages.add(new PageSeen(
                    path,
                    JobJson.version(page.path("version")),
                    page.path("status").canConvertToInt() ? page.path("status").intValue() : PageSeen.NOT_SAID));
        }
        return pages;
    }
}
