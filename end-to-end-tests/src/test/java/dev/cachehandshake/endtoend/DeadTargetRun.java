package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.localredis.FreePorts;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.scriptedtarget.ScriptedTarget;
import dev.cachehandshake.scriptedtarget.TargetSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Of two targets one is dead: the other one hears of each change as soon as ever, and nothing is lost or used up. */
class DeadTargetRun {
    private static final int ROUNDS = 5;
    private static final int PER_SECOND = 40;
    private static final Duration ROUND = Duration.ofSeconds(15);
    private static final Duration OUTAGE = Duration.ofSeconds(60);
    private static final int PER_SECOND_OF_OUTAGE = 90;
    private static final int WAITING_AT_LEAST = 5_000;
    private static final Duration PROBE_EVERY = Duration.ofSeconds(5);
    private static final Duration LOOKED_AT_AFTER = Duration.ofMillis(1_500);
    private static final Duration CAUGHT_UP_WITHIN = Duration.ofSeconds(20);
    private static final double MOST_OF_CONTROL = 1.5;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final int livePort = FreePorts.one();
    private final int dyingPort = FreePorts.one();
    private final List<String> ids = new ArrayList<>();
    private final ProvenMoments proven = new ProvenMoments();

    @Test
    void theOtherTargetIsAsFastAsEver() throws Exception {
        String both = "http://127.0.0.1:" + livePort + ",http://127.0.0.1:" + dyingPort;
        try (Pair pair = Fleet.up(Map.of("NEXTJS_URL", both), Map.of());
                ScriptedTarget live = start(pair, livePort)) {
            live.watchedBy(proven);
            ScriptedTarget dying = start(pair, dyingPort);
            try {
                publish(pair, PER_SECOND, ROUND);
                awaitAllEnded(pair, PATIENCE);

                // alive and dead in turn, so that both see the same machine
                List<Long> control = new ArrayList<>();
                List<Long> outage = new ArrayList<>();
                for (int round = 0; round < ROUNDS; round++) {
                    control.addAll(publish(pair, PER_SECOND, ROUND));
                    awaitAllEnded(pair, PATIENCE);
                    kill(dying);
                    outage.addAll(publish(pair, PER_SECOND, ROUND));
                    dying = start(pair, dyingPort);
                    awaitAllEnded(pair, PATIENCE);
                }
                compare(control, outage);

                // a longer one, in which more than 5,000 come to wait
                double[] callsInVain = new double[2];
                kill(dying);
                long begun = System.nanoTime();
                Thread counting = Thread.ofVirtual().start(() -> countCallsInVain(pair, begun, callsInVain));
                int before = ids.size();
                List<Long> longer = publish(pair, PER_SECOND_OF_OUTAGE, OUTAGE);
                counting.join();
                int waiting = ids.size() - before;
                dying = start(pair, dyingPort);
                long back = System.nanoTime();
                Duration caughtUp = awaitAllEnded(pair, PATIENCE).minusNanos(back);
                Figures.say(
                        "dead target for %d s: %d waited, all completed %.1f s after it was back; %.0f calls of it until"
                                + " its breaker was open, %.0f while it was",
                        OUTAGE.toSeconds(), waiting, caughtUp.toMillis() / 1000.0, callsInVain[0], callsInVain[1]);
                Figures.say("dead target for %d s, the other one:    %s", OUTAGE.toSeconds(), words(longer));

                // then
                assertThat(Fleet.fields(pair, ids, "state", "attempts")).allSatisfy(fields -> {
                    assertThat(fields.get(0)).isEqualTo("completed");
                    assertThat(Integer.parseInt(fields.get(1))).isLessThanOrEqualTo(1);
                });
                assertThat(waiting).isGreaterThanOrEqualTo(WAITING_AT_LEAST);
                assertThat(caughtUp).isLessThanOrEqualTo(CAUGHT_UP_WITHIN);
                assertThat(callsInVain[1]).isLessThanOrEqualTo(OUTAGE.dividedBy(PROBE_EVERY) + 1.0);
            } finally {
                dying.close();
            }
        }
    }

    private static void compare(List<Long> control, List<Long> outage) {
        double p99 = percentile(outage, 0.99) / percentile(control, 0.99);
        Figures.say("both targets alive, publish -> proven at one:   %s", words(control));
        Figures.say("the other one dead, publish -> proven at one:   %s", words(outage));
        Figures.say(
                "one dead / both alive:                          p50 x%.2f, p99 x%.2f",
                percentile(outage, 0.5) / percentile(control, 0.5), p99);
        assertThat(p99).isLessThanOrEqualTo(MOST_OF_CONTROL);
    }

    /**
     * While no connection is taken for usable that was not looked at: what breaks under a call that has begun is an attempt, for
     * nobody knows how far it got.
     */
    private static void kill(ScriptedTarget target) {
        Fleet.awaitMoment(System.nanoTime() + LOOKED_AT_AFTER.toNanos());
        target.close();
    }

    private static ScriptedTarget start(Pair pair, int port) throws IOException {
        ScriptedTarget target = ScriptedTarget.start(new TargetSettings(
                port, "default", Pair.REVALIDATION_SECRET, Pair.CALLBACK_SECRET, pair.workerUrl()));
        target.remember(10);
        return target;
    }

    /** At that rate, for so long; answers how long each took until the live target had proven it. */
    private List<Long> publish(Pair pair, int perSecond, Duration length) throws Exception {
        Cms cms = pair.cms();
        int first = ids.size();
        int count = (int) (perSecond * length.toSeconds());
        long begun = System.nanoTime();
        List<Long> took = new ArrayList<>();
        try (ExecutorService editors = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String id = "event-" + (first + i);
                ids.add(id);
                Fleet.awaitMoment(begun + i * 1_000_000_000L / perSecond);
                all.add(editors.submit(() -> {
                    long sent = System.nanoTime();
                    cms.publish(id, 1);
                    return sent;
                }));
            }
            for (int i = 0; i < count; i++) {
                long sent = all.get(i).get();
                took.add(proven.of(ids.get(first + i), PATIENCE) - sent);
            }
        }
        return took;
    }

    /** Calls of the dead target until its breaker was open, and while it was. */
    private void countCallsInVain(Pair pair, long begun, double[] counts) {
        try {
            String metric = "handshake_call_seconds_count{outcome=\"not-reached\"}";
            double before = Fleet.sumOfWorkers(pair, metric);
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> Redises.ask(
                                    pair.redis(),
                                    redis -> redis.exists(RedisKeys.circuitOpen("127.0.0.1:" + dyingPort)))
                            == 1);
            double open = Fleet.sumOfWorkers(pair, metric);
            Fleet.awaitMoment(begun + OUTAGE.toNanos() - Duration.ofMillis(500).toNanos());
            counts[0] = open - before;
            counts[1] = Fleet.sumOfWorkers(pair, metric) - open;
        } catch (IOException | InterruptedException notCounted) {
            throw new IllegalStateException(notCounted);
        }
    }

    /** Answers the moment, as a duration since the origin of {@link System#nanoTime()}. */
    private static Duration awaitAllEnded(Pair pair, Duration within) {
        await().atMost(within)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> List.of("pending", "acknowledged").stream()
                        .allMatch(state -> "0".equals(pair.commands().hget(RedisKeys.TALLY, state))));
        return Duration.ofNanos(System.nanoTime());
    }

    private static double percentile(List<Long> nanos, double part) {
        return Figures.percentileMillis(nanos.stream().mapToLong(Long::longValue).toArray(), part);
    }

    private static String words(List<Long> nanos) {
        return Figures.percentiles(nanos.stream().mapToLong(Long::longValue).toArray());
    }
}
