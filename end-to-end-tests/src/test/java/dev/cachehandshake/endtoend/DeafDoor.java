package dev.cachehandshake.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cachehandshake.protocol.wire.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a site and passes everything on as it is, but for the calls it is told to ignore: it says yes to those, and no more. */
final class DeafDoor implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Set<String> PASSED_ON = Set.of("authorization", "content-type", "x-cache-handshake", "accept");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger toIgnore = new AtomicInteger();
    private volatile URI site;

    private DeafDoor(HttpServer server) {
        this.server = server;
    }

    static DeafDoor open() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        DeafDoor door = new DeafDoor(server);
        server.createContext("/", door::answer);
        server.setExecutor(door.threads);
        server.start();
        return door;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void standBefore(URI site) {
        this.site = site;
    }

    void ignoreNextCall() {
        toIgnore.set(1);
    }

    boolean hasIgnoredIt() {
        return toIgnore.get() == 0;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        http.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestMethod().equals("POST")
                    && toIgnore.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                answer(exchange, 202, sayYes(body));
                return;
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(site.resolve(exchange.getRequestURI()))
                    .timeout(PATIENCE)
                    .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
            exchange.getRequestHeaders().forEach((name, values) -> {
                if (PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                    values.forEach(value -> request.header(name, value));
                }
            });
            HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            answer(exchange, answer.statusCode(), answer.body());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] sayYes(byte[] call) {
        ObjectNode answer = Json.newObject();
        ArrayNode results = answer.putArray("results");
        for (JsonNode handshake : Json.object(call).path("handshakes")) {
            results.addObject()
                    .put("revalidation_id", handshake.path("revalidation_id").textValue())
                    .put("status", "accepted");
        }
        return Json.write(answer).getBytes(StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }
}
