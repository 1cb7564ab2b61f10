package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.localredis.CuttableProxy;
import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.localredis.LocalRedisOptions;
import dev.cachehandshake.localstack.ServiceProcess;
import dev.cachehandshake.scriptedtarget.Behaviour;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A pair that reaches its Redis by way of a proxy, and what is asked of it when that Redis is in trouble. */
final class ReconnectingPair implements AutoCloseable {
    static final Duration POP_WAIT = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(20);

    private final LocalRedis redis;
    private final CuttableProxy proxy;
    private final Pair pair;
    private final ServiceProcess worker;
    private final Cms cms;
    private final AtomicInteger ids = new AtomicInteger();

    private ReconnectingPair(LocalRedis redis, CuttableProxy proxy) throws IOException, InterruptedException {
        this.redis = redis;
        this.proxy = proxy;
        this.pair =
                Pair.reaching(redis, proxy.redisUrl(), Map.of("HANDSHAKE_CLAIM_POPWAIT", POP_WAIT.toSeconds() + "s"));
        pair.launchPublisher();
        this.worker = pair.launchWorker("a");
        Pair.ready(pair.publisher());
        Pair.ready(worker);
        this.cms = pair.cms();
    }

    /** Of which what is acknowledged survives its death. */
    static ReconnectingPair up() throws IOException, InterruptedException {
        LocalRedis redis = LocalRedis.start(LocalRedisOptions.durable());
        return new ReconnectingPair(redis, CuttableProxy.to(redis.port()));
    }

    LocalRedis redis() {
        return redis;
    }

    CuttableProxy proxy() {
        return proxy;
    }

    Cms cms() {
        return cms;
    }

    ServiceProcess publisher() {
        return pair.publisher();
    }

    ServiceProcess worker() {
        return worker;
    }

    String newId(String of) {
        return of + "-" + ids.incrementAndGet();
    }

    /** Publishes one, and holds the site's answer to it until the latch is down; returns when the site has been called. */
    CountDownLatch holdCallOf(String id) throws InterruptedException {
        CountDownLatch letGo = new CountDownLatch(1);
        pair.target().play(call -> {
            if (call.ids().stream().anyMatch(one -> one.value().equals(id))) {
                awaitUninterrupted(letGo);
            }
            return Behaviour.healthy();
        });
        cms.publish(id, 1);
        pair.target()
                .awaitCalls(
                        calls -> calls.stream()
                                .anyMatch(call -> call.ids().stream()
                                        .anyMatch(one -> one.value().equals(id))),
                        PATIENCE);
        return letGo;
    }

    /** That everything is answered 503 with Retry-After, and nothing is accepted, for as long as that. */
    void assertRefusesFor(Duration time) {
        await().atMost(time.plus(PATIENCE))
                .pollInterval(Duration.ofMillis(100))
                .during(time)
                .untilAsserted(this::assertRefuses);
    }

    void assertRefuses() throws IOException, InterruptedException {
        HttpResponse<String> answer = cms.post(event(newId("refused")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.body()).contains("urn:handshake:problem:store-unavailable");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    /** Publishes one again and again until it is accepted, and waits until it is completed; returns how long both took together. */
    Duration workGoesOn() {
        String id = newId("goes-on");
        long begun = System.nanoTime();
        assertThat(publish(id)).isLessThan(300);
        awaitCompleted(id);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Publishes the same again until the answer is no 503, and returns what it is. */
    int publish(String id) {
        return await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(BETWEEN_TRIES)
                .until(() -> cms.post(event(id)).statusCode(), status -> status != 503);
    }

    /** Asked again where the answer is 503, as a CMS would. */
    void awaitCompleted(String id) {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(BETWEEN_TRIES)
                .untilAsserted(
                        () -> assertThat(cms.get(id, "?wait=PT5S").body()).contains("\"state\":\"completed\""));
    }

    /** Whatever was done to the Redis and to the way there. */
    void heal() {
        proxy.heal();
        if (!redis.isAlive()) {
            redis.restart();
        }
        redis.resume();
        Redises.promote(redis);
        Redises.ask(redis, server -> server.configSet("maxmemory", "0"));
    }

    @Override
    public void close() {
        pair.close();
        proxy.close();
    }

    static String event(String id) {
        return "{\"type\":\"post\",\"slug\":\"%s\",\"version\":1,\"revalidation_id\":\"%s\"}".formatted(id, id);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }
}
