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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The pair, and a real Next.js site of one replica or several with its content API: each a process that can be killed. */
final class RealSite implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    /** In a setting of the worker. */
    private static final String PORT_OF_SITE = "{port}";

    private static final List<String> ONE = List.of("127.0.0.1");

    private final int sitePort = FreePorts.one();
    private final int contentPort = FreePorts.one();
    private final List<Replica> replicas = new ArrayList<>();
    private final ExampleSite example;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Pair pair;
    private final ServiceProcess content;
    private final Map<String, String> siteSettings;

    /**
     * @param kind the site, given the example blog
     * @param addresses of the replicas, all on one port
     * @param workerSettings may name another NEXTJS_URL, of something that stands before the site
     */
    private RealSite(
            Function<ExampleSite, RunnableSite> kind,
            List<String> addresses,
            Map<String, String> workerSettings,
            Map<String, String> siteSettings)
            throws IOException, InterruptedException {
        this.siteSettings = siteSettings;
        Path posts = Files.createTempDirectory("posts").resolve("posts.json");
        example = new ExampleSite(Path.of(".."), posts, ".next-test", Clock.systemUTC(), line -> {});
        example.install();
        content = ServiceProcess.launch(example.contentApi(contentPort).with("CONTENT_API_TEST", "1"), line -> {})
                .awaitReady(READY_WITHIN);
        RunnableSite build = kind.apply(example);
        build.prepare(contentPort);
        for (String address : addresses) {
            replicas.add(new Replica(address, addresses.size() == 1 ? build : copyOfBuild(address)));
        }
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "NEXTJS_URL",
                replicas.stream().map(replica -> replica.url().toString()).collect(Collectors.joining(",")));
        workerSettings.forEach((name, value) -> settings.put(name, value.replace(PORT_OF_SITE, "" + sitePort)));
        pair = Pair.on(LocalRedisOptions.inMemory(), settings);
        pair.launchPublisher();
        ServiceProcess worker = pair.launchWorker("a");
        for (Replica replica : replicas) {
            replica.launch();
        }
        for (Replica replica : replicas) {
            replica.awaitServing();
        }
        Pair.ready(pair.publisher());
        Pair.ready(worker);
    }

    /** One process of the site, with pages of its own. */
    final class Replica {
        private final String address;
        private RunnableSite build;
        private ServiceProcess process;

        private Replica(String address, RunnableSite build) {
            this.address = address;
            this.build = build;
        }

        URI url() {
            return URI.create("http://" + address + ":" + sitePort);
        }

        void kill() {
            process.kill();
        }

        List<String> log() {
            return process.log();
        }

        /** From its build, where it has been before from what it has made since. */
        void start() throws InterruptedException {
            launch();
            awaitServing();
        }

        private void launch() {
            Map<String, String> settings = new LinkedHashMap<>(Map.of(
                    "REVALIDATION_SECRET",
                    Pair.REVALIDATION_SECRET,
                    "CALLBACK_SECRET",
                    Pair.CALLBACK_SECRET,
                    "WORKER_URL",
                    pair.workerUrl().toString(),
                    "REPLICA_URL",
                    url().toString()));
            settings.putAll(siteSettings);
            process = ServiceProcess.launch(build.run(address, sitePort, contentPort, settings), line -> {});
        }

        private void awaitServing() throws InterruptedException {
            process.awaitReady(READY_WITHIN);
        }

        /** Whether a load balancer would send visitors there. */
        boolean isReady() throws IOException, InterruptedException {
            return get("/api/ready").statusCode() == 200;
        }

        HttpResponse<String> get(String path) throws IOException, InterruptedException {
            return http.send(
                    HttpRequest.newBuilder(url().resolve(path))
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }

        /** Of a post, as the page's marker shows it; empty when the page does not show the post. */
        Optional<Long> versionShown(String path, String slug) throws IOException, InterruptedException {
            Matcher marker = Pattern.compile("content=\"post:" + Pattern.quote(slug) + "@(\\d+)\"")
                    .matcher(get(path).body());
            return marker.find() ? Optional.of(Long.parseLong(marker.group(1))) : Optional.empty();
        }
    }

    private RunnableSite copyOfBuild(String address) {
        return new ExampleBlog(example.copiedTo(".next-test-replicas/" + address), false);
    }

    /** The blog of {@code examples/}. */
    private record ExampleBlog(ExampleSite example, boolean anew) implements RunnableSite {
        /** Once a JVM: what an earlier run left in the pages, this one must not see. */
        private static final AtomicBoolean BUILT = new AtomicBoolean();

        @Override
        public void prepare(int contentPort) throws InterruptedException {
            if (anew || BUILT.compareAndSet(false, true)) {
                example.buildAnew(contentPort);
            }
        }

        @Override
        public ServiceOptions run(String address, int port, int contentPort, Map<String, String> settings) {
            return example.replica(address, port, contentPort, settings);
        }
    }

    static RealSite up(Map<String, String> workerSettings) throws IOException, InterruptedException {
        return new RealSite(RealSite::blog, ONE, workerSettings, Map.of());
    }

    /** Another site than the blog. */
    static RealSite up(NextSite next, Map<String, String> workerSettings) throws IOException, InterruptedException {
        return new RealSite(blog -> next, ONE, workerSettings, Map.of());
    }

    private static RunnableSite blog(ExampleSite example) {
        return new ExampleBlog(example, false);
    }

    /** Of so many replicas, on 127.0.0.1, 127.0.0.2 and so on, each with a copy of one build. */
    static RealSite replicated(int replicas, Map<String, String> workerSettings)
            throws IOException, InterruptedException {
        List<String> addresses = IntStream.rangeClosed(1, replicas)
                .mapToObj(number -> "127.0.0." + number)
                .toList();
        return new RealSite(example -> new ExampleBlog(example, true), addresses, workerSettings, Map.of());
    }

    /** The same, and the worker finds them by the name {@code web}, whose addresses that file has. */
    static RealSite resolved(int replicas, Path hosts) throws IOException, InterruptedException {
        return replicated(
                replicas,
                Map.of(
                        "NEXTJS_URL", "http://web:" + PORT_OF_SITE,
                        "HANDSHAKE_TARGET_RESOLVE", "true",
                        "JDK_JAVA_OPTIONS", "-Djdk.net.hosts.file=" + hosts));
    }

    /** One more, on that address, from the build that the others began with; started by the test. */
    Replica another(String address) {
        Replica replica = new Replica(address, copyOfBuild(address));
        replicas.add(replica);
        return replica;
    }

    /** From 0. */
    Replica replica(int which) {
        return replicas.get(which);
    }

    List<Replica> replicas() {
        return List.copyOf(replicas);
    }

    static RealSite behind(URI route) throws IOException, InterruptedException {
        return new RealSite(RealSite::blog, ONE, Map.of("NEXTJS_URL", route.toString()), Map.of());
    }

    /** Whose callbacks go nowhere. */
    static RealSite unheard(Map<String, String> workerSettings) throws IOException, InterruptedException {
        return new RealSite(RealSite::blog, ONE, workerSettings, Map.of("WORKER_URL", "http://127.0.0.1:1"));
    }

    Pair pair() {
        return pair;
    }

    Cms cms() {
        return pair.cms();
    }

    URI url() {
        return replica(0).url();
    }

    /** Puts another site in the place of the only replica, at the same address. Does nothing when it is there already. */
    void show(NextSite next) throws IOException, InterruptedException {
        Replica replica = replica(0);
        if (!replica.build.equals(next)) {
            replica.kill();
            replica.build = next;
            next.prepare(contentPort);
            replica.start();
        }
    }

    void killSite() {
        replica(0).kill();
    }

    /** On the same port, from the same build. */
    void startSite() throws InterruptedException {
        replica(0).start();
    }

    List<String> siteLog() {
        return replica(0).log();
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
        return replica(0).get(path);
    }

    Optional<Long> versionShown(String path, String slug) throws IOException, InterruptedException {
        return replica(0).versionShown(path, slug);
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
        replicas.stream().filter(replica -> replica.process != null).forEach(Replica::kill);
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
}
