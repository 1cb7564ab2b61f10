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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before one replica and passes everything on, but for some calls of the worker: to those it says yes and does nothing. */
final class ForgetfulFront implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger toForget = new AtomicInteger();
    private volatile URI replica;

    private ForgetfulFront(HttpServer server) {
        this.server = server;
    }

    static ForgetfulFront start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        ForgetfulFront front = new ForgetfulFront(server);
        server.createContext("/", front::answer);
        server.setExecutor(front.threads);
        server.start();
        return front;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void standBefore(URI url) {
        replica = url;
    }

    /** The next so many calls. */
    void forget(int calls) {
        toForget.set(calls);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        http.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        boolean forgotten =
                exchange.getRequestMethod().equals("POST") && toForget.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        try (exchange) {
            if (forgotten) {
                send(exchange, 202, Json.write(saidYesTo(Json.object(body))).getBytes(StandardCharsets.UTF_8));
            } else {
                passOn(exchange, body);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static ObjectNode saidYesTo(ObjectNode batch) {
        ObjectNode answer = Json.newObject();
        ArrayNode results = answer.putArray("results");
        for (JsonNode handshake : batch.path("handshakes")) {
            results.addObject()
                    .put("revalidation_id", handshake.path("revalidation_id").textValue())
                    .put("status", "accepted");
        }
        return answer;
    }

    private void passOn(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        replica.resolve(exchange.getRequestURI().toString()))
                .timeout(Duration.ofSeconds(30))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        for (String name : new String[] {"Authorization", "Content-type"}) {
            String value = exchange.getRequestHeaders().getFirst(name);
            if (value != null) {
                request.header(name, value);
            }
        }
        HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        send(exchange, response.statusCode(), response.body());
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
