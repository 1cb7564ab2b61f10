package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.scriptedtarget.CallbackAuth;
import dev.cachehandshake.scriptedtarget.CallbackTiming;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What was there before works with us: a publisher that pushes by itself, a hand-written route, a marker. */
class CompatibilityTest {
    private static final int JOBS = 1_000;
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Map<String, String> ORIGINAL_TARGET = Map.of(
            "HANDSHAKE_TARGET_PROTOCOL", "single",
            "HANDSHAKE_TARGET_CALLBACKAUTH", "shared-secret",
            "HANDSHAKE_TARGET_CALLBACKWITHIN", "5s");

    private final List<String> ids =
            IntStream.range(0, JOBS).mapToObj(i -> "original-" + i).toList();

    @Test
    void aPublisherThatPushesFirstAndWritesTheHashLaterIsServed() throws Exception {
        try (Pair pair = Pair.up(Map.of());
                StateWatch watch = StateWatch.over(pair.redis().url(), ids)) {
            // when eight of them push at once, each its hash after its job
            pushAll(pair.redis().url(), 8);

            // then all complete, and what was written late does not stand at the end
            await().atMost(LONG).until(() -> endedByReferee(pair) == JOBS);
            await().atMost(LONG).until(watch::allTerminal);
            await().atMost(LONG)
                    .until(() -> ids.stream()
                            .allMatch(id -> "completed"
                                    .equals(pair.commands().hget(RedisKeys.status(new RevalidationId(id)), "state"))));
            assertThat(pair.target().calls().getFirst().wanted()).isNotEmpty();
            Figures.say("publisher of the original's form, 8 at once: %d of %d completed", JOBS, JOBS);
        }
    }

    @Test
    void aHandWrittenRouteThatCallsBackBeforeItAnswersIsServed() throws Exception {
        try (Pair pair = Pair.up(ORIGINAL_TARGET);
                StateWatch watch = StateWatch.over(pair.redis().url(), ids)) {
            // given
            pair.target()
                    .play(Behaviour.healthy()
                            .callingBack(CallbackTiming.before())
                            .authenticatingBy(CallbackAuth.SHARED_SECRET));

            // when
            pair.cms().publishAll(ids, 8);

            // then
            await().atMost(LONG).until(watch::allTerminal);
            assertThat(watch.byState()).containsExactly(Map.entry(HandshakeState.COMPLETED, (long) JOBS));
            assertThat(watch.regressions()).isEmpty();
            assertThat(pair.cms().get(ids.getFirst(), "").body()).contains("\"freshness\":\"unproven\"");
            Figures.say(
                    "target of the original's form (single, callback first, shared secret): %d of %d completed, none left"
                            + " acknowledged",
                    JOBS, JOBS);
        }
    }

    @Test
    void anOriginalPublisherAndAnOriginalTargetWorkThroughUs() throws Exception {
        try (Pair pair = Pair.up(ORIGINAL_TARGET)) {
            // given
            pair.target()
                    .play(Behaviour.healthy()
                            .callingBack(CallbackTiming.before())
                            .authenticatingBy(CallbackAuth.SHARED_SECRET));

            // when
            String job =
                    "{\"revalidation_id\": \"orig\", \"type\":\"post\",\"slug\":\"mixed\", \"n\": 12345678901234567890,"
                            + "\"list\": [], \"dependencies\": [\"blog?category=php\", \"\"]}";
            pair.commands().rpush(RedisKeys.QUEUE, job);

            // then the route got the very bytes
            await().atMost(LONG).until(() -> endedByReferee(pair) == 1);
            assertThat(new String(pair.target().calls().getFirst().body(), StandardCharsets.UTF_8))
                    .isEqualTo(job);
        }
    }

    @Test
    void aMarkerInRedisIsTakenForACallback() throws Exception {
        try (Pair pair = Pair.up(ORIGINAL_TARGET)) {
            // given a site that never calls back, and writes the marker instead: before the answer, and after it
            RedisCommands<String, String> redis = pair.commands();
            pair.target().play(call -> {
                RevalidationId id = call.ids().getFirst();
                if (id.value().equals("marked-before")) {
                    redis.setex(RedisKeys.marker(id), 3600, "1");
                }
                return Behaviour.healthy().callingBack(CallbackTiming.never());
            });

            // when
            pair.cms().publish("marked-before", 1);
            pair.cms().publish("marked-after", 1);
            await().atMost(LONG)
                    .until(() -> "acknowledged"
                            .equals(redis.hget(RedisKeys.status(new RevalidationId("marked-after")), "state")));
            redis.setex(RedisKeys.marker(new RevalidationId("marked-after")), 3600, "1");

            // then
            assertThat(pair.cms().get("marked-before", "?wait=PT30S").body()).contains("\"state\":\"completed\"");
            assertThat(pair.cms().get("marked-after", "?wait=PT30S").body()).contains("\"state\":\"completed\"");
        }
    }

    @Test
    void malformedJobsArePutAsideAndStopNothing() throws Exception {
        try (Pair pair = Pair.up(Map.of())) {
            // when
            pair.commands()
                    .rpush(RedisKeys.QUEUE, "no json", "[1,2]", "{\"type\":\"post\"}", "{\"revalidation_id\":7}", "");
            pair.cms().publish("next", 1);

            // then
            assertThat(pair.cms().get("next", "?wait=PT30S").body()).contains("\"state\":\"completed\"");
            assertThat(pair.commands().lrange(RedisKeys.POISON, 0, -1))
                    .containsExactly("no json", "[1,2]", "{\"type\":\"post\"}", "{\"revalidation_id\":7}", "");
            assertThat(Prometheus.read(pair.publisher().url())).containsEntry("handshake_poison", 5.0);
        }
    }

    /** Ended by the referee's own word; the public state may still be the stranger's for five seconds. */
    private static long endedByReferee(Pair pair) {
        String completed = pair.commands().hget(RedisKeys.TALLY, "completed");
        return completed == null ? 0 : Long.parseLong(completed);
    }

    private void pushAll(String redisUrl, int atOnce) throws Exception {
        RedisClient client = RedisClient.create(redisUrl);
        try (StatefulRedisConnection<String, String> connection = client.connect();
                ExecutorService pushers = Executors.newFixedThreadPool(atOnce)) {
            RedisCommands<String, String> redis = connection.sync();
            List<Future<Long>> all = ids.stream()
                    .map(id -> pushers.submit(() -> {
                        redis.rpush(
                                RedisKeys.QUEUE,
                                "{\"revalidation_id\":\"%s\",\"type\":\"post\",\"slug\":\"%s\",\"dependencies\":[\"blog\",\"\"]}"
                                        .formatted(id, id));
                        return redis.hset(
                                RedisKeys.status(new RevalidationId(id)),
                                Map.of("state", "pending", "attempts", "0", "created_at", "1795478400"));
                    }))
                    .toList();
            for (Future<Long> one : all) {
                one.get();
            }
        } finally {
            client.shutdown();
        }
    }
}
