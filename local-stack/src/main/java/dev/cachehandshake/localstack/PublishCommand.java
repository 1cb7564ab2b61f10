package dev.cachehandshake.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.wire.Json;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code publish SLUG}: edits a post as a CMS would, publishes it, and tells of the handshake until the page is fresh. */
@Command(name = "publish", mixinStandardHelpOptions = true, description = "Edits a post and watches it become fresh.")
final class PublishCommand implements Callable<Integer> {
    private static final int NOT_COMPLETED = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration LOOK_EVERY = Duration.ofMillis(15);

    @Mixin
    private StateOption state;

    @Parameters(paramLabel = "SLUG", defaultValue = "hello-world", description = "Default: ${DEFAULT-VALUE}.")
    private String slug;

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> known = new LocalSecrets(state.directory()).known();
        if (!known.containsKey("PUBLISHER_URL")) {
            throw new LocalStackException(
                    "nothing was started here yet: run ./handshake up first, in another terminal");
        }
        try (LocalCalls calls = new LocalCalls(known.get("HANDSHAKE_API_KEY"))) {
            JsonNode post = edited(calls, known);
            return publishAndWatch(calls, known, post) ? 0 : NOT_COMPLETED;
        }
    }

    private JsonNode edited(LocalCalls calls, Map<String, String> known) throws InterruptedException {
        String contentApi = Optional.ofNullable(known.get("CONTENT_API_URL"))
                .orElseThrow(() -> new LocalStackException(
                        "the stack runs without the example site, so there is no post to edit: use ./handshake up without"
                                + " --no-site, or the curl that it printed"));
        JsonNode post = calls.post(URI.create(contentApi + "/posts/" + inPath(slug) + "/edit"), "{}");
        say(
                "edited",
                "\"" + post.path("title").asText() + "\", now version "
                        + post.path("version").asText());
        return post;
    }

    private boolean publishAndWatch(LocalCalls calls, Map<String, String> known, JsonNode post)
            throws InterruptedException {
        URI publisher = URI.create(known.get("PUBLISHER_URL"));
        long begun = System.nanoTime();
        JsonNode accepted = calls.post(publisher.resolve("/api/content-updates"), event(post));
        URI handshake = publisher.resolve(
                "/api/handshakes/" + accepted.path("revalidation_id").asText());
        String shown = "";
        while (System.nanoTime() - begun < PATIENCE.toNanos()) {
            JsonNode now = calls.get(handshake);
            String state = now.path("state").asText();
            if (!state.equals(shown)) {
                say(state, "+" + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
                shown = state;
            }
            if (now.has("finished_at")) {
                return tellOfTheEnd(now, known.get("SITE_URL"));
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
        System.out.println("not ended after " + PATIENCE.toMinutes() + " minutes; it goes on: " + handshake);
        return false;
    }

    private String event(JsonNode post) {
        ObjectNode event = Json.newObject().put("type", "post").put("slug", slug);
        event.set("version", post.path("version"));
        event.putArray("dependencies")
                .add("")
                .add("blog")
                .add("category/" + post.path("category").asText());
        event.putArray("tags").add("posts").add("post:" + slug);
        return Json.write(event);
    }

    private static String inPath(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static void say(String what, String more) {
        System.out.printf("%-13s %s%n", what, more);
    }

    private static boolean tellOfTheEnd(JsonNode handshake, String siteUrl) {
        for (JsonNode page : handshake.path("targets").path(0).path("pages")) {
            say(
                    "",
                    page.path("path").asText() + " shows version "
                            + page.path("version").asText("none"));
        }
        if (!handshake.path("state").asText().equals("completed")) {
            say("why", handshake.path("last_error").path("message").asText());
            return false;
        }
        JsonNode primary = handshake.path("targets").path(0).path("pages").path(0);
        say(
                handshake.path("freshness").asText(),
                siteUrl + primary.path("path").asText().replace(" ", "%20"));
        return true;
    }
}
