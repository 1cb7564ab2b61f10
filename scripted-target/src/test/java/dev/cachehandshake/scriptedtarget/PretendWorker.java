package dev.cachehandshake.scriptedtarget;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cachehandshake.protocol.token.SigningKey;
import dev.cachehandshake.protocol.token.TokenSigner;
import dev.cachehandshake.protocol.token.TokenVerifier;
import dev.cachehandshake.protocol.wire.CallbackJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The other side of the protocol, as far as these tests need it. */
final class PretendWorker implements AutoCloseable {
    private static final String REVALIDATION_SECRET = "revalidation-secret-of-32-bytes-and-more";
    private static final String CALLBACK_SECRET = "callback-secret-that-has-32-bytes-and-more";

    private final Clock clock = Clock.systemUTC();
    private final TokenSigner signer = new TokenSigner(
            SigningKey.of("revalidation", REVALIDATION_SECRET), "cache-handshake", Duration.ofMinutes(1), clock);
    private final TokenVerifier verifier =
            new TokenVerifier(SigningKey.of("callback", CALLBACK_SECRET), "default", "cache-handshake", clock);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final BlockingQueue<CallbackJson.Callback> callbacks = new LinkedBlockingQueue<>();
    private final Queue<Integer> nextAnswers = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    PretendWorker() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/revalidation/complete", this::takeCallback);
        server.setExecutor(threads);
        server.start();
    }

    TargetSettings settingsOfItsTarget() {
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return new TargetSettings(0, "default", REVALIDATION_SECRET, CALLBACK_SECRET, url);
    }

    void answerNext(int... statuses) {
        for (int status : statuses) {
            nextAnswers.add(status);
        }
    }

    CallbackJson.Callback nextCallback() throws InterruptedException {
        CallbackJson.Callback callback = callbacks.poll(10, TimeUnit.SECONDS);
        if (callback == null) {
            throw new AssertionError("no callback within 10 s");
        }
        return callback;
    }

    HttpResponse<String> call(ScriptedTarget target, String json, String subject) throws Exception {
        return callAsync(target, json, subject).get(10, TimeUnit.SECONDS);
    }

    CompletableFuture<HttpResponse<String>> callAsync(ScriptedTarget target, String json, String subject) {
        HttpRequest request = revalidate(target, json)
                .header(
                        "Authorization",
                        "Bearer " + signer.sign(subject, "default", json.getBytes(StandardCharsets.UTF_8)))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> callUnsigned(ScriptedTarget target, String json) throws Exception {
        return client.send(revalidate(target, json).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String url, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    String get(String url) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        client.shutdownNow();
    }

    private static HttpRequest.Builder revalidate(ScriptedTarget target, String json) {
        return HttpRequest.newBuilder(URI.create(target.url() + "/api/revalidate"))
                .POST(HttpRequest.BodyPublishers.ofString(json));
    }

    private void takeCallback(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            int status = nextAnswers.isEmpty() ? 200 : nextAnswers.remove();
            String bearer =
                    exchange.getRequestHeaders().getFirst("Authorization").substring("Bearer ".length());
            boolean genuine =
                    bearer.equals(CALLBACK_SECRET) || verifier.verify(bearer, body) instanceof TokenVerifier.Genuine;
            if (status == 200 && genuine) {
                callbacks.add(CallbackJson.read(body));
            }
            exchange.sendResponseHeaders(genuine ? status : 401, -1);
        }
    }
}
