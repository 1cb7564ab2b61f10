package dev.cachehandshake.publisher.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.localredis.LocalRedisOptions;
import dev.cachehandshake.publisher.PublisherService;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** The service in its own context, since its Redis is taken away and it is itself stopped. */
@ExtendWith(OutputCaptureExtension.class)
class OutageAndStopTest {
    private static final String KEY = "test-key-0123456789abcdef";
    private static final String EVENT = "{\"type\":\"post\",\"slug\":\"hello\",\"revalidation_id\":\"r-1\"}";

    private final HttpClient http = HttpClient.newHttpClient();
    private LocalRedis redis;
    private ConfigurableApplicationContext service;

    @BeforeEach
    void startBoth() {
        redis = LocalRedis.start(LocalRedisOptions.durable());
        service = SpringApplication.run(
                PublisherService.class,
                "--server.port=0",
                "--handshake.api-key=" + KEY,
                "--spring.data.redis.url=" + redis.url());
    }

    @AfterEach
    void stopBoth() {
        service.close();
        redis.close();
    }

    @Test
    void whileRedisIsAwayTheSenderIsToldToSendAgainAndThenItIsAccepted(CapturedOutput output) throws Exception {
        // given
        redis.kill();

        // when
        HttpResponse<String> away = publish();

        // then
        assertThat(away.statusCode()).as(away.body()).isEqualTo(503);
        assertThat(away.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(away.headers().firstValue("Retry-After")).isPresent();
        assertThat(away.body())
                .contains("urn:handshake:problem:store-unavailable", "it is not known whether this was done");
        assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(503);
        assertThat(output).doesNotContain("Redis health check failed");

        // and who only asks is told to ask again
        assertThat(get("/api/handshakes/r-1").body())
                .contains("send the same request again")
                .doesNotContain("whether this was done");

        // when Redis is back
        redis.restart();

        // then
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(publish().statusCode()).isEqualTo(202));
    }

    @Test
    void aRedisThatHangsIsNotWaitedForLong() throws Exception {
        // given a server that is there and answers nothing
        assertThat(publish().statusCode()).isEqualTo(202);
        RedisClient client = RedisClient.create(redis.url());
        try (StatefulRedisConnection<String, String> operator = client.connect()) {
            operator.sync()
                    .dispatch(
                            CommandType.CLIENT,
                            new StatusOutput<>(StringCodec.UTF8),
                            new CommandArgs<>(StringCodec.UTF8).add("PAUSE").add(120_000));

            // when two scrape at once, and a CMS publishes
            CompletableFuture<HttpResponse<String>> scrape =
                    http.sendAsync(request("/actuator/prometheus").build(), BodyHandlers.ofString());
            CompletableFuture<HttpResponse<String>> another =
                    http.sendAsync(request("/actuator/prometheus").build(), BodyHandlers.ofString());

            // then each is answered while the server still hangs
            assertThat(publish().statusCode()).isEqualTo(503);
            assertThat(scrape.get(30, TimeUnit.SECONDS).body()).contains("handshake_queue_depth{class=\"normal\"} NaN");
            assertThat(another.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        } finally {
            redis.kill();
            client.shutdown();
        }
    }

    @Test
    void aServiceThatIsStoppedAnswersWhoWaitsFirst() throws Exception {
        // given
        assertThat(publish().statusCode()).isEqualTo(202);
        CompletableFuture<HttpResponse<String>> waiter =
                http.sendAsync(request("/api/handshakes/r-1?wait=PT50S").build(), BodyHandlers.ofString());
        awaitRequestsUnderWay(1);

        // when
        service.close();

        // then
        HttpResponse<String> answer = waiter.get(10, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"state\":\"pending\"");
    }

    private HttpResponse<String> publish() throws IOException, InterruptedException {
        return http.send(
                request("/api/content-updates")
                        .POST(BodyPublishers.ofString(EVENT))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        String port = service.getEnvironment().getRequiredProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + KEY)
                .timeout(Duration.ofSeconds(60));
    }

    private void awaitRequestsUnderWay(int count) {
        // The prometheus scrape is itself a request, so it is not asked for here.
        var meters = service.getBean(io.micrometer.core.instrument.MeterRegistry.class);
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
            var active = meters.find("http.server.requests.active").longTaskTimer();
            return active != null && active.activeTasks() >= count;
        });
    }
}
