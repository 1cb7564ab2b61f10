package dev.cachehandshake.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.localredis.FreePorts;
import dev.cachehandshake.localredis.LocalRedisOptions;
import dev.cachehandshake.localstack.ExampleSite;
import dev.cachehandshake.localstack.ServiceOptions;
import dev.cachehandshake.localstack.ServiceProcess;
import dev.cachehandshake.protocol.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The pair, and a real Next.js site with its content API: each a process that can be killed. */
final class RealSite implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);

    private final int sitePort = FreePorts.one();
    private final int contentPort = FreePorts.one();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Pair pair;
    private final ServiceProcess content;
    private final Map<String, String> siteSettings;
    private RunnableSite kind;
    private ServiceProcess site;

    /**
     * @param kind which site; null for the example blog
     * @param workerSettings may name another NEXTJS_URL, of something that stands before the site
     */
    private RealSite(RunnableSite kind, Map<String, String> workerSettings, Map<String, String> siteSettings)
            throws IOException, InterruptedException {
        this.siteSettings = siteSettings;
        Path posts = Files.createTempDirectory("posts").resolve("posts.json");
        ExampleSite example = new ExampleSite(Path.of(".."), posts, ".next-test", Clock.systemUTC(), line -> {});
        example.install();
        content = ServiceProcess.launch(example.contentApi(contentPort).with("CONTENT_API_TEST", "1"), line -> {})
                .awaitReady(READY_WITHIN);
        this.kind = kind == null ? new ExampleBlog(example) : kind;
        this.kind.prepare(contentPort);
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("NEXTJS_URL", "http://127.0.0.1:" + sitePort);
        settings.putAll(workerSettings);
        pair = Pair.on(LocalRedisOptions.inMemory(), settings);
        pair.launchPublisher();
        ServiceProcess worker = pair.launchWorker("a");
        startSite();
        Pair.ready(pair.publisher());
        Pair.ready(worker);
    }

    static RealSite up(Map<String, String> workerSettings) throws IOException, InterruptedException {
        return new RealSite(null, workerSettings, Map.of());
    }

    /** Another site than the blog. */
    static RealSite up(RunnableSite kind, Map<String, String> workerSettings) throws IOException, InterruptedException {
        return new RealSite(kind, workerSettings, Map.of());
    }

    static RealSite behind(URI route) throws IOException, InterruptedException {
        return new RealSite(null, Map.of("NEXTJS_URL", route.toString()), Map.of());
    }

    /** Whose callbacks go nowhere. */
    static RealSite unheard(Map<String, String> workerSettings) throws IOException, InterruptedException {
        return new RealSite(null, workerSettings, Map.of("WORKER_URL", "http://127.0.0.1:1"));
    }

    Pair pair() {
        return pair;
    }

    Cms cms() {
        return pair.cms();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + sitePort);
    }

    /** Puts another site in the place of this one, at the same address. Does nothing when it is there already. */
    void show(RunnableSite other) throws IOException, InterruptedException {
        if (!kind.equals(other)) {
            site.kill();
            kind = other;
            kind.prepare(contentPort);
            startSite();
        }
    }

    void killSite() {
        site.kill();
    }

    /** On the same port, from the same build. */
    void startSite() throws InterruptedException {
        Map<String, String> settings = new LinkedHashMap<>(Map.of(
                "REVALIDATION_SECRET", Pair.REVALIDATION_SECRET,
                "CALLBACK_SECRET", Pair.CALLBACK_SECRET,
                "WORKER_URL", pair.workerUrl().toString()));
        settings.putAll(siteSettings);
        site = ServiceProcess.launch(kind.run(sitePort, contentPort, settings), line -> {})
                .awaitReady(READY_WITHIN);
    }

    List<String> siteLog() {
        return site.log();
    }

    // --- the content API ---

    /** Changes or makes a post; answers it with its new version. */
    JsonNode put(String slug, String json) throws IOException, InterruptedException {
        return content("PUT", "/posts/" + slug, json);
    }

    JsonNode unpublish(String slug) throws IOException, InterruptedException {
        return content("DELETE", "/posts/" + slug, "");
    }

    void delayContent(Duration delay) throws IOException, InterruptedException {
        content("POST", "/_test/delay", "{\"ms\":" + delay.toMillis() + "}");
    }

    /** How often the content API has been read from; a render that is under way holds what it has read. */
    long reads() throws IOException, InterruptedException {
        return content("POST", "/_test/reads", "").path("reads").asLong();
    }

    void failContent(boolean failing) throws IOException, InterruptedException {
        content("POST", "/_test/fail", "{\"failing\":" + failing + "}");
    }

    // --- the pages ---

    HttpResponse<String> page(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(url().resolve(path))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Of a post, as the page's marker shows it; empty when the page does not show the post. */
    Optional<Long> versionShown(String path, String slug) throws IOException, InterruptedException {
        Matcher marker = Pattern.compile("content=\"post:" + Pattern.quote(slug) + "@(\\d+)\"")
                .matcher(page(path).body());
        return marker.find() ? Optional.of(Long.parseLong(marker.group(1))) : Optional.empty();
    }

    // --- the handshake ---

    /** Publishes and waits for the end. */
    JsonNode publish(ObjectNode event) throws IOException, InterruptedException {
        return awaitEnd(publishOnly(event));
    }

    String publishOnly(ObjectNode event) throws IOException, InterruptedException {
        HttpResponse<String> accepted = cms().post(Json.write(event));
        if (accepted.statusCode() != 202) {
            throw new AssertionError("the publisher answered " + accepted.statusCode() + ": " + accepted.body());
        }
        return Json.object(accepted.body()).path("revalidation_id").textValue();
    }

    JsonNode awaitEnd(String id) throws IOException, InterruptedException {
        JsonNode handshake = Json.object(cms().get(id, "?wait=PT60S").body());
        while (!handshake.has("finished_at")) {
            handshake = Json.object(cms().get(id, "?wait=PT60S").body());
        }
        return handshake;
    }

    /** Those after which the site could not show its pages. */
    int deliveriesInVain(String id) {
        String misses = pair.commands().hget("revalidation:" + id + ":status", "misses");
        return misses == null ? 0 : Integer.parseInt(misses);
    }

    String state(String id) throws IOException, InterruptedException {
        return Json.object(cms().get(id, "").body()).path("state").textValue();
    }

    static ObjectNode event(String slug, JsonNode post) {
        ObjectNode event = Json.newObject().put("type", "post").put("slug", slug);
        event.set("version", post.path("version"));
        return event;
    }

    @Override
    public void close() {
        site.kill();
        content.kill();
        pair.close();
        http.close();
    }

    private JsonNode content(String method, String path, String json) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + contentPort + path))
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new AssertionError(method + " " + path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body().isBlank() ? Json.newObject() : Json.object(answer.body());
    }

    /** The blog of {@code examples/}. */
    private record ExampleBlog(ExampleSite example) implements RunnableSite {
        /** Once a JVM: what an earlier run left in the pages, this one must not see. */
        private static final AtomicBoolean BUILT = new AtomicBoolean();

        @Override
        public void prepare(int contentPort) throws InterruptedException {
            if (BUILT.compareAndSet(false, true)) {
                example.buildAnew(contentPort);
            }
        }

        @Override
        public ServiceOptions run(int port, int contentPort, Map<String, String> settings) {
            return example.site(port, contentPort, settings);
        }
    }
}
