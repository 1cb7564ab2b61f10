package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.scriptedtarget.Answer;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.scriptedtarget.Call;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bulk import keeps nobody waiting who is in a hurry, and is not starved by them either. */
class BulkRun {
    private static final int BULK = 50_000;
    private static final int ROUNDS = 5;
    private static final int MEASURED = 60;
    private static final int WARM_UP = 300;
    private static final double MOST_OF_IDLE = 3;
    private static final double LEAST_SHARE = 0.10;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String HOME =
            "{\"revalidation_id\":\"%s\",\"type\":\"page\",\"slug\":\"home\",\"paths\":[\"/\"],\"version\":%d}";

    private int sent;

    /** In turn, so that both see the same machine. */
    @ParameterizedTest
    @ValueSource(ints = {0, 50})
    void theHomePageDoesNotWaitBehindABulkImport(int callMillis) throws Exception {
        try (Pair pair = Fleet.up(Map.of(), Map.of())) {
            ProvenMoments proven = playing(pair, callMillis);
            timesOf(pair, proven, WARM_UP);
            bulk(pair, "warm", 0, 5_000);
            awaitEmpty(pair);

            long[] idle = new long[0];
            long[] busy = new long[0];
            for (int round = 0; round < ROUNDS; round++) {
                idle = joined(idle, timesOf(pair, proven, MEASURED));
                hold(pair, true);
                bulk(pair, "bulk-" + round, 0, BULK);
                hold(pair, false);
                await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> waiting(pair) < BULK);
                busy = joined(busy, timesOf(pair, proven, MEASURED));
                assertThat(waiting(pair)).as("what waits still").isPositive();
                awaitEmpty(pair);
            }

            double p50 = Figures.percentileMillis(busy, 0.5) / Figures.percentileMillis(idle, 0.5);
            Figures.say("home page, calls of %d ms, idle:                  %s", callMillis, Figures.percentiles(idle));
            Figures.say(
                    "home page, calls of %d ms, %d bulk events wait: %s", callMillis, BULK, Figures.percentiles(busy));
            Figures.say(
                    "home page, calls of %d ms, bulk / idle:           p50 x%.2f, p99 x%.2f",
                    callMillis,
                    p50,
                    Figures.percentileMillis(busy, 0.99) / Figures.percentileMillis(idle, 0.99));
            if (callMillis > 0) {
                // A site that answers at once leaves Redis and the processors to the bulk: that is printed only.
                assertThat(p50).isLessThanOrEqualTo(MOST_OF_IDLE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 50})
    void bulkIsDeliveredWhileMoreOfTheHomePageWaitsThanCanBeDelivered(int callMillis) throws Exception {
        int ofEach = 40_000;
        try (Pair pair = Fleet.up(Map.of(), Map.of())) {
            playing(pair, callMillis);
            pair.target().remember(ofEach);
            hold(pair, true);
            Backlog.publish(pair, DeliveryClass.URGENT, 0, ofEach, number -> HOME.formatted("home-" + number, number));
            bulk(pair, "bulk", 0, ofEach);
            hold(pair, false);
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> pair.commands().llen(RedisKeys.queue(DeliveryClass.URGENT)) == 0);

            // while more than a thousand of them wait
            int urgent = 0;
            int calls = 0;
            int ofBulk = 0;
            int handshakesOfBulk = 0;
            for (Call call : pair.target().calls()) {
                boolean isUrgent = call.wanted().getFirst().paths().getFirst().equals("/");
                urgent += isUrgent ? call.size() : 0;
                if (urgent > ofEach - 1_000) {
                    break;
                }
                calls++;
                ofBulk += isUrgent ? 0 : 1;
                handshakesOfBulk += isUrgent ? 0 : call.size();
            }
            double share = (double) ofBulk / calls;
            Figures.say(
                    "urgent saturated, calls of %d ms: low had %d of %d calls (%.1f %%), %d of %d handshakes",
                    callMillis,
                    ofBulk,
                    calls,
                    100 * share,
                    handshakesOfBulk,
                    handshakesOfBulk + urgent);
            assertThat(handshakesOfBulk).isLessThan(ofEach);
            assertThat(share).isGreaterThanOrEqualTo(LEAST_SHARE);
        }
    }

    private static ProvenMoments playing(Pair pair, int callMillis) {
        ProvenMoments proven = new ProvenMoments();
        pair.target().watchedBy(proven);
        pair.target()
                .play(Behaviour.healthy()
                        .answering(
                                callMillis == 0 ? Answer.atOnce() : Answer.slowly(Duration.ofMillis(callMillis))));
        return proven;
    }

    private long[] timesOf(Pair pair, ProvenMoments proven, int count) throws Exception {
        Cms cms = pair.cms();
        long[] times = new long[count];
        for (int i = 0; i < count; i++) {
            sent++;
            String id = "home-" + sent;
            long begun = System.nanoTime();
            assertThat(cms.post(HOME.formatted(id, sent)).statusCode()).isEqualTo(202);
            times[i] = proven.of(id, PATIENCE) - begun;
        }
        return times;
    }

    private static void bulk(Pair pair, String name, int from, int to) throws Exception {
        Backlog.publish(
                pair,
                DeliveryClass.LOW,
                from,
                to,
                number -> "{\"revalidation_id\":\"%s-%d\",\"type\":\"page\",\"slug\":\"entry-%d\",\"version\":%d}"
                        .formatted(name, number, number, number));
    }

    private static void hold(Pair pair, boolean held) throws Exception {
        String answer = held
                ? pair.cms()
                        .postTo("/api/sites/default/pause", "{\"reason\":\"it is measured\"}")
                        .body()
                : pair.cms().postTo("/api/sites/default/resume", "").body();
        assertThat(answer).contains("\"held\":" + held);
    }

    private static long waiting(Pair pair) {
        return pair.commands().llen(RedisKeys.queue(DeliveryClass.LOW));
    }

    private static void awaitEmpty(Pair pair) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> List.of("pending", "acknowledged").stream()
                        .allMatch(state -> "0".equals(pair.commands().hget(RedisKeys.TALLY, state))));
    }

    private static long[] joined(long[] some, long[] more) {
        long[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }
}
