package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.localstack.ServiceProcess;
import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.redis.RedisKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A million that wait cost Redis memory, and nothing else: no service grows, and no sweep looks at more. */
class BacklogRun {
    private static final int FEW = 1_000;
    private static final int MANY = 1_000_000;
    private static final Duration LOOKED_AT = Duration.ofSeconds(30);
    private static final Duration DRAINED_FOR = Duration.ofSeconds(30);
    private static final double MOST_OF_IDLE = 1.1;
    private static final long AND_MORE = 64L << 20;
    private static final double MOST_OF_FEW = 1.5;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Of Redis, in a second. */
    private record Load(double commands, double inScripts, double cpuMillis) {}

    @Test
    void aMillionWait() throws Exception {
        try (Pair pair = Fleet.up(Map.of(), Map.of())) {
            pair.target().remember(10);
            // given a pair that has worked, and is idle
            List<String> warm = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                warm.add("warm-" + i);
            }
            pair.cms().publishAll(warm, 8);
            await().atMost(PATIENCE).until(() -> pair.commands().zcard(RedisKeys.DEADLINES) == 0);
            pair.cms().postTo("/api/sites/default/pause", "{\"reason\":\"it is measured\"}");
            Map<String, Long> idle = resident(pair);

            // when
            wait(pair, 0, FEW);
            Load few = load(pair);
            long begun = System.nanoTime();
            wait(pair, FEW, MANY);
            double published = (System.nanoTime() - begun) / 1e9;
            Load many = load(pair);
            Map<String, Long> loaded = resident(pair);

            // then
            Figures.say(
                    "backlog: %d accepted in %.0f s; Redis has %s",
                    MANY, published, text(pair.commands().info("memory"), "used_memory_human:(\\S+)"));
            Figures.say("backlog of %7d: %s", FEW, words(few));
            Figures.say("backlog of %7d: %s", MANY, words(many));
            say("beside a backlog of " + MANY, idle, loaded);
            assertThat(pair.commands().llen(RedisKeys.queue(DeliveryClass.NORMAL)))
                    .isEqualTo(MANY);
            assertGrowth(idle, loaded);
            assertThat(many.commands()).isLessThanOrEqualTo(few.commands() * MOST_OF_FEW);
            assertThat(many.inScripts()).isLessThanOrEqualTo(few.inScripts() * MOST_OF_FEW);
            assertThat(many.cpuMillis()).isLessThanOrEqualTo(few.cpuMillis() * MOST_OF_FEW);

            // when it is delivered
            pair.cms().postTo("/api/sites/default/resume", "");
            long from = System.nanoTime();
            Fleet.awaitMoment(from + DRAINED_FOR.toNanos());
            long delivered = MANY - pair.commands().llen(RedisKeys.queue(DeliveryClass.NORMAL));
            Figures.say("backlog: %.0f a second are delivered", delivered * 1e9 / (System.nanoTime() - from));
            say("while it is delivered", idle, resident(pair));
        }
    }

    private static void wait(Pair pair, int from, int to) throws Exception {
        Backlog.publish(
                pair,
                DeliveryClass.NORMAL,
                from,
                to,
                number ->
                        "{\"revalidation_id\":\"waits-%d\",\"type\":\"post\",\"slug\":\"entry-%d\",\"dependencies\":[\"blog\",\"\"],\"site\":\"default\",\"version\":%d}"
                                .formatted(number, number, number));
    }

    /** What Redis does while nobody but the services asks. */
    private static Load load(Pair pair) {
        Map<String, Double> before = stats(pair);
        long begun = System.nanoTime();
        Fleet.awaitMoment(begun + LOOKED_AT.toNanos());
        Map<String, Double> after = stats(pair);
        double seconds = (System.nanoTime() - begun) / 1e9;
        return new Load(
                (after.get("asked") - before.get("asked")) / seconds,
                (after.get("all") - before.get("all")) / seconds,
                (after.get("cpu") - before.get("cpu")) * 1_000 / seconds);
    }

    private static Map<String, Double> stats(Pair pair) {
        Map<String, Double> stats = new LinkedHashMap<>();
        String commands = pair.commands().info("commandstats");
        String cpu = pair.commands().info("cpu");
        stats.put("asked", sum(commands, "cmdstat_(?:evalsha|blpop|ping|hgetall|hmget):calls=(\\d+)"));
        stats.put("all", sum(commands, "cmdstat_(?!info)\\S+:calls=(\\d+)"));
        stats.put("cpu", sum(cpu, "used_cpu_(?:user|sys):([0-9.]+)"));
        return stats;
    }

    private static double sum(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .sum();
    }

    private static String text(String info, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(info);
        return found.find() ? found.group(1) : "";
    }

    private static Map<String, Long> resident(Pair pair) {
        Map<String, Long> bytes = new LinkedHashMap<>();
        for (ServiceProcess service : pair.services()) {
            service.residentBytes().ifPresent(of -> bytes.put(service.name(), of));
        }
        return bytes;
    }

    private static void say(String when, Map<String, Long> idle, Map<String, Long> now) {
        now.forEach((name, bytes) ->
                Figures.say("%s, %s: %d MiB resident, idle %d", name, when, bytes >> 20, idle.get(name) >> 20));
    }

    private static void assertGrowth(Map<String, Long> idle, Map<String, Long> loaded) {
        assertThat(loaded).isNotEmpty().allSatisfy((name, bytes) -> assertThat(bytes)
                .as(name)
                .isLessThanOrEqualTo(Math.round(idle.get(name) * MOST_OF_IDLE) + AND_MORE));
    }

    private static String words(Load load) {
        return "%.1f round trips, %.0f commands with those inside scripts, %.1f ms of Redis' processor a second"
                .formatted(load.commands(), load.inScripts(), load.cpuMillis());
    }
}
