package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.token.SigningKey;
import dev.cachehandshake.protocol.token.TokenSigner;
import dev.cachehandshake.protocol.wire.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * At low load on the real site: from publish to completed with proof, beside what one does without us, a POST to the route
 * and a GET until the page is fresh. One after the other, in turn, so that both see the same machine.
 */
class SiteLatencyBench {
    private static final int WARM_UP = 200;
    private static final int MEASURED = 2_000;
    private static final String POST =
            "{\"title\":\"Measured\",\"excerpt\":\"e\",\"body\":\"Round %d.\",\"category\":\"craft\",\"published\":true}";

    private final TokenSigner signer = new TokenSigner(
            SigningKey.of("1", Pair.REVALIDATION_SECRET), "cache-handshake", Duration.ofMinutes(1), Clock.systemUTC());

    @Test
    void publishToCompletedWithProof() throws Exception {
        long[] completed = new long[MEASURED];
        long[] direct = new long[MEASURED];
        try (RealSite site = RealSite.up(Map.of());
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            for (int i = -WARM_UP; i < MEASURED; i++) {
                JsonNode ours = site.put("measured", POST.formatted(i));
                long begun = System.nanoTime();
                String id = site.publishOnly(RealSite.event("measured", ours));
                JsonNode handshake = site.awaitEnd(id);
                long live = System.nanoTime();
                assertThat(handshake.path("freshness").asText()).isEqualTo("fresh");

                JsonNode theirs = site.put("measured", POST.formatted(i));
                long bareBegun = System.nanoTime();
                callRoute(http, site, theirs);
                long wanted = theirs.path("version").asLong();
                while (site.versionShown("/blog/measured", "measured").orElse(0L) < wanted) {
                    Thread.onSpinWait();
                }
                long bareFresh = System.nanoTime();
                if (i >= 0) {
                    completed[i] = live - begun;
                    direct[i] = bareFresh - bareBegun;
                }
            }
        }
        Figures.say("real site, POST to the route, then GET until fresh:   %s", Figures.percentiles(direct));
        Figures.say("real site, publish -> completed with proof:           %s", Figures.percentiles(completed));
        Figures.say(
                "real site, ours / theirs:                             p50 x%.2f, p99 x%.2f",
                Figures.percentileMillis(completed, 0.5) / Figures.percentileMillis(direct, 0.5),
                Figures.percentileMillis(completed, 0.99) / Figures.percentileMillis(direct, 0.99));
    }

    private void callRoute(HttpClient http, RealSite site, JsonNode post) throws Exception {
        String id = "direct-" + post.path("version").asText();
        ObjectNode batch =
                Json.newObject().put("batch_id", id).put("site", "default").put("target", "nextjs");
        ObjectNode job = RealSite.event("measured", post).put("revalidation_id", id);
        job.putArray("paths").add("/blog/measured");
        job.putArray("tags");
        job.put("action", "updated");
        batch.putArray("handshakes").add(job);
        byte[] body = Json.write(batch).getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(site.url() + "/api/revalidate"))
                        .header("Authorization", "Bearer " + signer.sign(id, "default", body))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }
}
