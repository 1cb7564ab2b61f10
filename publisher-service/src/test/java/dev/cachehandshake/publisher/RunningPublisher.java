package dev.cachehandshake.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.protocol.wire.Json;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.env.Environment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The real service on a free port with a real Redis, shared by the tests that extend this; Redis is emptied before each. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "handshake.api-key=" + RunningPublisher.API_KEY,
            "handshake.queue-bound=5",
            "management.prometheus.metrics.export.enabled=true"
        })
public abstract class RunningPublisher {
    public static final String API_KEY = "test-key-0123456789abcdef";

    private static final LocalRedis REDIS = LocalRedis.start();
    private static final RedisCommands<String, String> COMMANDS =
            RedisClient.create(REDIS.url()).connect().sync();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Autowired
    private Environment environment;

    @DynamicPropertySource
    static void redisUrl(DynamicPropertyRegistry properties) {
        properties.add("spring.data.redis.url", REDIS::url);
    }

    @BeforeEach
    void emptyRedis() {
        COMMANDS.flushall();
    }

    protected static RedisCommands<String, String> redis() {
        return COMMANDS;
    }

    protected static HttpClient http() {
        return HTTP;
    }

    protected int port() {
        return environment.getRequiredProperty("local.server.port", Integer.class);
    }

    /** A request with the key and nothing else; it times out after 30 s. */
    protected HttpRequest.Builder request(String pathAndQuery) {
        return withoutKey(pathAndQuery).header("Authorization", "Bearer " + API_KEY);
    }

    protected HttpRequest.Builder withoutKey(String pathAndQuery) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + pathAndQuery))
                .timeout(Duration.ofSeconds(30));
    }

    protected HttpResponse<String> post(String event) {
        return send(request("/api/content-updates")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(event)));
    }

    protected HttpResponse<String> get(String pathAndQuery) {
        return send(request(pathAndQuery).GET());
    }

    protected static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new AssertionError("the publisher did not answer", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    protected static ObjectNode json(HttpResponse<String> response) {
        return Json.object(response.body());
    }

    /** Asserts an RFC 9457 answer of ours, and answers its body. */
    protected static ObjectNode assertProblem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        ObjectNode problem = json(response);
        assertThat(problem.get("type").textValue()).isEqualTo("urn:handshake:problem:" + code);
        assertThat(problem.get("status").intValue()).isEqualTo(status);
        assertThat(problem.get("title").textValue()).isNotBlank();
        assertThat(problem.get("detail").textValue()).isNotBlank();
        return problem;
    }

    protected static void assertNothingWritten() {
        assertThat(redis().keys("*")).isEmpty();
    }
}
