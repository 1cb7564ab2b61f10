package dev.cachehandshake.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cachehandshake.protocol.token.SigningKey;
import dev.cachehandshake.protocol.token.TokenSigner;
import dev.cachehandshake.protocol.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A route before a real site that says yes to everything, passes on only some of the paths, and then reports honestly what the
 * pages of the site show.
 */
final class HonestRoute implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final TokenSigner calls = new TokenSigner(
            SigningKey.of("1", Pair.REVALIDATION_SECRET), "cache-handshake", Duration.ofMinutes(1), Clock.systemUTC());
    private final TokenSigner callbacks = new TokenSigner(
            SigningKey.of("1", Pair.CALLBACK_SECRET), "default", Duration.ofMinutes(1), Clock.systemUTC());
    private volatile URI site;
    private volatile URI worker;
    private volatile Predicate<String> passedOn = path -> false;

    private HonestRoute(HttpServer server) {
        this.server = server;
    }

    static HonestRoute start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        HonestRoute route = new HonestRoute(server);
        server.createContext("/api/revalidate", route::answer);
        server.setExecutor(route.threads);
        server.start();
        return route;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** @param onlyThese which paths are revalidated at all */
    void standBefore(RealSite realSite, Predicate<String> onlyThese) {
        site = realSite.url();
        worker = realSite.pair().workerUrl();
        passedOn = onlyThese;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        http.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        ObjectNode batch = Json.object(exchange.getRequestBody().readAllBytes());
        passOn(batch.deepCopy());
        ObjectNode answer = Json.newObject();
        ArrayNode results = answer.putArray("results");
        for (JsonNode handshake : batch.path("handshakes")) {
            results.addObject()
                    .put("revalidation_id", handshake.path("revalidation_id").textValue())
                    .put("status", "accepted");
        }
        byte[] body = Json.write(answer).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(202, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
        report(batch);
    }

    /** Under other ids, so that what the site calls back itself concerns nobody. */
    private void passOn(ObjectNode batch) {
        String id = "passed-on-" + batch.path("batch_id").textValue();
        batch.put("batch_id", id);
        for (JsonNode handshake : batch.path("handshakes")) {
            ((ObjectNode) handshake)
                    .put(
                            "revalidation_id",
                            "passed-on-" + handshake.path("revalidation_id").textValue());
            ArrayNode paths = (ArrayNode) handshake.path("paths");
            for (int i = paths.size() - 1; i >= 0; i--) {
                if (!passedOn.test(paths.get(i).asText())) {
                    paths.remove(i);
                }
            }
            if (!paths.isEmpty()) {
                post(site.resolve("/api/revalidate"), Json.write(batch), json -> calls.sign(id, "default", json));
            }
        }
    }

    private void report(ObjectNode batch) {
        String id = batch.path("batch_id").textValue();
        ObjectNode callback = Json.newObject().put("batch_id", id);
        ArrayNode handshakes = callback.putArray("handshakes");
        for (JsonNode handshake : batch.path("handshakes")) {
            ObjectNode report = handshakes.addObject();
            report.put("revalidation_id", handshake.path("revalidation_id").textValue());
            report.put("status", "fresh");
            ArrayNode pages = report.putArray("pages");
            handshake
                    .path("paths")
                    .forEach(path -> see(
                            pages.addObject(),
                            path.asText(),
                            handshake.path("slug").textValue()));
        }
        post(
                worker.resolve("/api/revalidation/complete"),
                Json.write(callback),
                json -> callbacks.sign(id, "cache-handshake", json));
    }

    private void see(ObjectNode page, String path, String slug) {
        HttpResponse<String> seen =
                send(HttpRequest.newBuilder(site.resolve(path)).GET());
        Matcher marker = Pattern.compile("content=\"post:" + Pattern.quote(slug) + "@(\\d+)\"")
                .matcher(seen.body());
        page.put("path", path);
        if (marker.find()) {
            page.put("version", Long.parseLong(marker.group(1)));
        } else {
            page.putNull("version");
        }
        page.put("status", seen.statusCode());
    }

    private interface Signing {
        String tokenOver(byte[] body);
    }

    private void post(URI address, String json, Signing signing) {
        send(HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + signing.tokenOver(json.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
