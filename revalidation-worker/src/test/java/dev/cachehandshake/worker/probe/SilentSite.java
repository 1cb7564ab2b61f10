package dev.cachehandshake.worker.probe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cachehandshake.protocol.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** Accepts every call, in either protocol, serves pages, and never calls back. */
final class SilentSite implements AutoCloseable {
    private final HttpServer server;
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<String> reads = new CopyOnWriteArrayList<>();
    private final Map<String, Page> pages = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    private record Page(int status, String html, String location) {}

    SilentSite() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/api/revalidate", this::accept);
        server.createContext("/", this::serve);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The entries that the page shows: {@code type:slug@version}. */
    void shows(String path, String... markers) {
        StringBuilder html = new StringBuilder("<!doctype html><html><head><title>a page</title>");
        for (String marker : markers) {
            html.append("<meta name=\"content-version\" content=\"")
                    .append(marker)
                    .append("\"/>");
        }
        pages.put(path, new Page(200, html.append("</head><body></body></html>").toString(), ""));
    }

    void answers(String path, int status) {
        pages.put(path, new Page(status, "", ""));
    }

    void moves(String path, String to) {
        pages.put(path, new Page(308, "", to));
    }

    /** Never, while this site runs. */
    void hangs(String path) {
        pages.put(path, new Page(0, "", ""));
    }

    /** Bodies of the calls that named this handshake. */
    List<String> callsOf(String id) {
        return calls.stream().filter(body -> body.contains("\"" + id + "\"")).toList();
    }

    /** Paths that were read, as they stood in the requests. */
    List<String> reads() {
        return List.copyOf(reads);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }

    private void accept(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        calls.add(body);
        ObjectNode answer = Json.newObject();
        ArrayNode results = answer.putArray("results");
        Json.object(body)
                .path("handshakes")
                .forEach(handshake -> results.addObject()
                        .put(
                                "revalidation_id",
                                handshake.path("revalidation_id").textValue())
                        .put("status", "accepted"));
        send(exchange, 202, Json.write(answer));
    }

    private void serve(HttpExchange exchange) throws IOException {
        reads.add(exchange.getRequestURI().getRawPath());
        Page page = pages.getOrDefault(exchange.getRequestURI().getPath(), new Page(404, "", ""));
        if (page.status() == 0) {
            try {
                closed.await();
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
            return;
        }
        if (!page.location().isEmpty()) {
            exchange.getResponseHeaders().set("Location", page.location());
        }
        send(exchange, page.status(), page.html());
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }
}
