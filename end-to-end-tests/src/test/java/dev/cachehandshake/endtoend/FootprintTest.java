package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.localstack.ServiceProcess;
import dev.cachehandshake.scriptedtarget.Call;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a handshake costs at low load, and what the pair costs when there is nothing to do. */
@Tag("slow")
class FootprintTest {
    private static final int WARM_UP = 500;
    private static final int MEASURED = 2_000;
    private static final long MEMORY_LIMIT = 300L << 20;
    private static final double IDLE_ROUND_TRIPS = 2.0;
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void lowLoadIdleTrafficAndMemory() throws Exception {
        try (Pair pair = Pair.up(Map.of())) {
            lowLoad(pair);
            memory(pair);
            idleTraffic(pair);
        }
    }

    private static void lowLoad(Pair pair) throws Exception {
        Cms cms = pair.cms();
        pair.target().remember(10);
        long[] called = new long[MEASURED];
        long[] completed = new long[MEASURED];
        long[] direct = new long[MEASURED];
        URI echo = pair.target().url().resolve("/api/echo");
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (int i = -WARM_UP; i < MEASURED; i++) {
                // One handshake, then one bare POST to the target: side by side, under the same load of the machine.
                String id = "low-" + (i + WARM_UP);
                long begun = System.nanoTime();
                cms.publish(id, 1);
                String body = cms.get(id, "?wait=PT30S").body();
                long live = System.nanoTime();
                assertThat(body).contains("\"state\":\"completed\"");
                List<Call> calls = pair.target().calls();
                long arrived = calls.getLast().arrivedAtNanos();
                long bareBegun = System.nanoTime();
                http.send(
                        HttpRequest.newBuilder(echo)
                                .POST(HttpRequest.BodyPublishers.ofString("{\"revalidation_id\":\"" + id + "\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                long bareEnded = System.nanoTime();
                if (i >= 0) {
                    called[i] = arrived - begun;
                    completed[i] = live - begun;
                    direct[i] = bareEnded - bareBegun;
                }
            }
        }
        Figures.say("low load, direct POST to the target:                  %s", Figures.percentiles(direct));
        Figures.say("low load, publish -> the site is called:              %s", Figures.percentiles(called));
        Figures.say("low load, publish -> completed, as the CMS hears it:  %s", Figures.percentiles(completed));
        Figures.say(
                "low load, completed / direct:                         p50 x%.1f, p99 x%.1f",
                Figures.percentileMillis(completed, 0.5) / Figures.percentileMillis(direct, 0.5),
                Figures.percentileMillis(completed, 0.99) / Figures.percentileMillis(direct, 0.99));
    }

    private static void memory(Pair pair) {
        for (ServiceProcess service : pair.services()) {
            service.residentBytes().ifPresent(bytes -> {
                Figures.say("memory of the %s after that: %d MiB resident", service.name(), bytes >> 20);
                assertThat(bytes).isLessThanOrEqualTo(MEMORY_LIMIT);
            });
        }
    }

    /** Counts what the idle worker asks Redis, by Redis' own clock; the publisher asks nothing when nobody asks it. */
    private static void idleTraffic(Pair pair) {
        // What was completed last is looked at once more after five seconds; then it is quiet.
        await().atMost(LONG).until(() -> pair.commands().zcard("revalidation:deadlines") == 0);
        long from = uptime(pair);
        long before = commands(pair);
        await().atMost(LONG).pollInterval(Duration.ofSeconds(1)).until(() -> uptime(pair) >= from + 20);
        long seconds = uptime(pair) - from;
        double perSecond = (double) (commands(pair) - before) / seconds;
        Figures.say("idle worker: %.2f Redis round trips a second over %d s", perSecond, seconds);
        assertThat(perSecond).isLessThanOrEqualTo(IDLE_ROUND_TRIPS);
    }

    private static long uptime(Pair pair) {
        return number(pair.commands().info("server"), "uptime_in_seconds:(\\d+)");
    }

    /** Scripts and waits: what comes over a connection, and not what a script calls inside. */
    private static long commands(Pair pair) {
        String stats = pair.commands().info("commandstats");
        return number(stats, "cmdstat_evalsha:calls=(\\d+)")
                + number(stats, "cmdstat_eval:calls=(\\d+)")
                + number(stats, "cmdstat_blpop:calls=(\\d+)")
                + number(stats, "cmdstat_ping:calls=(\\d+)");
    }

    private static long number(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
