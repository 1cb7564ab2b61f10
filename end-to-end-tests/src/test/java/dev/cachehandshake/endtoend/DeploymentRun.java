package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.localstack.FileTrees;
import dev.cachehandshake.protocol.wire.Json;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The real site is deployed while editors go on: its new deployment begins with older pages, and ends with none. */
class DeploymentRun {
    private static final Path MADE = Path.of("..", "examples", "nextjs-blog", ".next-test");
    private static final int POSTS = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Map<String, Long> versions = new TreeMap<>();
    private final List<String> ids = new ArrayList<>();
    private int edits;

    @Test
    void noPageIsStaleAfterADeployment() throws Exception {
        try (RealSite site = RealSite.up(Map.of())) {
            // given a build, and edits after it
            Path older = Files.createTempDirectory("deployment").resolve("build");
            FileTrees.copy(MADE, older);
            for (int post = 0; post < POSTS; post++) {
                edit(site, post);
            }
            awaitAllEnded(site);
            assertThat(stale(site)).isEmpty();

            // when a deployment begins, and editors go on
            say(site, "started");
            for (int post = 0; post < POSTS; post += 2) {
                edit(site, post);
            }
            List<String> held = ids.subList(POSTS, ids.size());
            site.killSite();
            FileTrees.delete(MADE);
            FileTrees.copy(older, MADE);
            edit(site, 1);
            site.startSite();
            edit(site, 2);
            // then it shows what was there before all of them, and nothing is delivered to it
            List<String> before = stale(site);
            for (String id : held) {
                assertThat(site.state(id)).isEqualTo("pending");
            }
            assertThat(before).isNotEmpty();

            // when
            long finished = System.nanoTime();
            say(site, "finished");
            edit(site, 3);
            await().atMost(PATIENCE)
                    .until(() -> deployment(site).path("status").asText().equals("finished"));
            edit(site, 4);
            awaitAllEnded(site);
            await().atMost(PATIENCE).until(() -> open(site) == 0);
            Duration took = Duration.ofNanos(System.nanoTime() - finished);

            // then
            JsonNode failed = Json.object(site.cms().list("?state=failed").body());
            Figures.say(
                    "deployment of the real site: %d edits, %d of %d pages stale when it began, %d at the end, %d failed; %s"
                            + " delivered again, all live %.1f s after finished",
                    edits,
                    before.size(),
                    versions.size() * 2,
                    stale(site).size(),
                    failed.path("handshakes").size(),
                    deployment(site).path("delivered_again"),
                    took.toMillis() / 1000.0);
            assertThat(stale(site)).isEmpty();
            assertThat(failed.path("handshakes")).isEmpty();
            for (String id : ids) {
                assertThat(site.state(id)).isEqualTo("completed");
            }
        }
    }

    /** Its own page, and the list of all posts. */
    private void edit(RealSite site, int post) throws Exception {
        edits++;
        String slug = "deployed-" + post;
        JsonNode saved = site.put(
                slug,
                "{\"title\":\"Deployed %d\",\"excerpt\":\"e\",\"body\":\"Edit %d.\",\"category\":\"craft\",\"published\":true}"
                        .formatted(post, edits));
        versions.put(slug, saved.path("version").asLong());
        ObjectNode event = RealSite.event(slug, saved);
        event.putArray("dependencies").add("blog").add("");
        ids.add(site.publishOnly(event));
    }

    /** Pages that do not show what was saved last. */
    private List<String> stale(RealSite site) throws Exception {
        List<String> stale = new ArrayList<>();
        for (Map.Entry<String, Long> post : versions.entrySet()) {
            for (String page : List.of("/blog/" + post.getKey(), "/blog")) {
                long shown = site.versionShown(page, post.getKey()).orElse(0L);
                if (shown < post.getValue()) {
                    stale.add(page + " shows " + post.getKey() + "@" + shown + " and not @" + post.getValue());
                }
            }
        }
        return stale;
    }

    private void awaitAllEnded(RealSite site) throws Exception {
        for (String id : ids) {
            JsonNode end = site.awaitEnd(id);
            assertThat(end.path("state").asText()).as(end.toString()).isEqualTo("completed");
        }
    }

    private static void say(RealSite site, String status) throws Exception {
        HttpResponse<String> answer = site.cms()
                .postTo(
                        "/api/sites/default/deployments",
                        "{\"deployment_id\":\"deploy-1\",\"status\":\"%s\"}".formatted(status));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    private static JsonNode deployment(RealSite site) throws Exception {
        return Json.object(site.pair().cms().list("/../sites/default").body())
                .path("deployments")
                .path(0);
    }

    private static long open(RealSite site) {
        return List.of("pending", "acknowledged").stream()
                .map(state -> site.pair().commands().hget("revalidation:tally", state))
                .mapToLong(count -> count == null ? 0 : Long.parseLong(count))
                .sum();
    }
}
