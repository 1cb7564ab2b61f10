package dev.cachehandshake.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.token.SigningKey;
import dev.cachehandshake.protocol.token.TokenSigner;
import dev.cachehandshake.protocol.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;

/** A callback sent to the worker by hand, and its answer. */
public record SentCallback(HttpResponse<String> response) {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Signed as a site signs it. */
    public static SentCallback signed(RunningWorker worker, String subject, String body) {
        return withBearer(worker, token(subject, body), body);
    }

    public static String token(String subject, String body) {
        return token(RunningWorker.CALLBACK_SECRET, "default", Clock.systemUTC(), subject, body);
    }

    public static String token(String secret, String issuer, Clock clock, String subject, String body) {
        return new TokenSigner(SigningKey.of("1", secret), issuer, Duration.ofMinutes(1), clock)
                .sign(subject, "cache-handshake", body.getBytes(StandardCharsets.UTF_8));
    }

    public static SentCallback withBearer(RunningWorker worker, String bearer, String body) {
        return send(request(worker, body).header("Authorization", "Bearer " + bearer));
    }

    /** What a replica that starts sends, and its answer. */
    public static SentCallback hello(RunningWorker worker, String bearer, String body) {
        return send(request(worker, "/api/replicas/hello", body).header("Authorization", "Bearer " + bearer));
    }

    public static SentCallback withoutToken(RunningWorker worker, String body) {
        return send(request(worker, body));
    }

    /** Not a callback at all: what anyone who finds the port may ask. */
    public static HttpResponse<String> get(RunningWorker worker, String path) {
        return send(HttpRequest.newBuilder(worker.url().resolve(path)).GET()).response();
    }

    public static String single(String id) {
        return "{\"revalidation_id\":\"%s\"}".formatted(id);
    }

    /** @param pages each as JSON members, e.g. {@code "path":"/blog/a","version":7,"status":200} */
    public static String batch(String batchId, String id, String status, String... pages) {
        return "{\"batch_id\":\"%s\",\"handshakes\":[{\"revalidation_id\":\"%s\",\"status\":\"%s\",\"pages\":[%s]}]}"
                .formatted(batchId, id, status, pages.length == 0 ? "" : "{" + String.join("},{", pages) + "}");
    }

    /** Both pages of a post that {@code RunningWorker} publishes, at that version. */
    public static String[] everyPage(String slug, String version) {
        return new String[] {page("/blog/" + slug, version), page("/blog", version)};
    }

    public static String page(String path, String version) {
        return "\"path\":\"%s\",\"version\":%s,\"status\":200".formatted(path, version);
    }

    public ObjectNode json() {
        return Json.object(response.body());
    }

    public SentCallback acknowledged() {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(json().path("status").textValue()).isEqualTo("acknowledged");
        return this;
    }

    public String resultFor(String id) {
        return json().path("results").path(id).asText("no result");
    }

    /** Asserts an RFC 9457 answer of ours, and answers its detail. */
    public String problem(int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(json().path("type").textValue()).isEqualTo("urn:handshake:problem:" + code);
        assertThat(json().path("title").textValue()).isNotBlank();
        assertThat(json().path("status").intValue()).isEqualTo(status);
        return json().path("detail").textValue();
    }

    private static HttpRequest.Builder request(RunningWorker worker, String body) {
        return request(worker, "/api/revalidation/complete", body);
    }

    private static HttpRequest.Builder request(RunningWorker worker, String path, String body) {
        return HttpRequest.newBuilder(worker.url().resolve(path))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    private static SentCallback send(HttpRequest.Builder request) {
        try {
            return new SentCallback(HTTP.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException failed) {
            throw new UncheckedIOException("the worker did not answer", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }
}
