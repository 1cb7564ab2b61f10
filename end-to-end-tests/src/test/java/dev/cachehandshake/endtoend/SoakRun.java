package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.localredis.LocalRedisOptions;
import dev.cachehandshake.localstack.ServiceProcess;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.redis.RedisKeys;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A long life: steady load, a fault a minute, and nothing that grows. {@code ./handshake soak} runs it, and no other command;
 * {@code -Dsoak.minutes} (default 30, from 5) says for how long.
 *
 * <p>Ended handshakes are kept for a minute instead of a day, so that the number of keys is level within the run at all. One
 * publisher and one worker are never killed: theirs is the memory that is looked at.
 */
class SoakRun {
    private static final Duration LENGTH = Duration.ofMinutes(Long.getLong("soak.minutes", 30));
    private static final int PER_SECOND = 50;
    private static final int ENTRIES = 200;
    private static final Duration KEPT = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
    private static final Duration FAULT_EVERY = Duration.ofSeconds(60);
    private static final double MOST_GROWTH = 0.10;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Test
    void nothingGrows() throws Exception {
        // What it appends is rewritten soon, so that a killed one is back as soon at the end as at the beginning.
        LocalRedis redis = LocalRedis.start(LocalRedisOptions.durable().with("auto-aof-rewrite-min-size 8mb"));
        try (Pair pair = Pair.reaching(redis, redis.url(), Map.of())
                .with(Map.of(
                        "HANDSHAKE_KEEP_COMPLETED", KEPT.toSeconds() + "s",
                        "HANDSHAKE_KEEP_FAILED", KEPT.toSeconds() + "s",
                        "LOGGING_LEVEL_DEV_CACHEHANDSHAKE", "warn"))) {
            pair.target().remember(10);
            SoakFaults faults = new SoakFaults(pair);
            ServiceProcess publisher = pair.launchAnotherPublisher();
            // The first worker is the one that sites call back.
            ServiceProcess worker = pair.launchWorker("stays");
            faults.launchVictims();
            Pair.ready(publisher);
            Pair.ready(worker);
            SoakSamples samples = new SoakSamples(redis, List.of(publisher, worker));

            long begun = System.nanoTime();
            SteadyLoad load =
                    SteadyLoad.on(List.of(pair.cms(), new Cms(publisher.url(), Pair.API_KEY)), PER_SECOND, ENTRIES);
            try (load) {
                run(begun, samples, faults);
            }

            Figures.say(
                    "soak of %d minutes: %d updates of %d entries accepted, %d sent again, %d faults (%s)",
                    LENGTH.toMinutes(), load.accepted(), ENTRIES, load.sentAgain(), faults.count(), faults.inWords());
            samples.trends().forEach(trend -> Figures.say("soak: %s", trend.inWords()));
            assertThat(load.refusals()).isEmpty();
            allEndsAndNothingIsLeft(redis, load.accepted());
            assertThat(samples.trends())
                    .as("growth by more than %s of the mean", MOST_GROWTH)
                    .allSatisfy(trend ->
                            assertThat(trend.growth()).as(trend.inWords()).isLessThanOrEqualTo(MOST_GROWTH));
        }
    }

    private static void run(long begun, SoakSamples samples, SoakFaults faults) {
        // Until as many are forgotten as are accepted, and the code that runs often is compiled.
        Duration warmUp = Duration.ofNanos(Math.max(LENGTH.toNanos() / 6, KEPT.toNanos() * 2));
        long nextFault = begun + FAULT_EVERY.toNanos();
        for (long look = 1; look * LOOK_EVERY.toNanos() <= LENGTH.toNanos(); look++) {
            long at = begun + look * LOOK_EVERY.toNanos();
            await().atMost(LOOK_EVERY.multipliedBy(6))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> System.nanoTime() - at >= 0);
            if (at - nextFault >= 0) {
                faults.next();
                nextFault += FAULT_EVERY.toNanos();
            }
            double seconds = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0;
            samples.take(seconds, seconds >= warmUp.toSeconds());
        }
    }

    /** Every update has ended, every key that is left has an owner and goes by itself, and then they are gone. */
    private static void allEndsAndNothingIsLeft(LocalRedis redis, long accepted) {
        await().atMost(PATIENCE).until(() -> Redises.ask(redis, SoakRun::open) == 0);
        Map<String, String> tally = Redises.ask(redis, server -> server.hgetall(RedisKeys.TALLY));
        Figures.say("soak: how they ended: %s", tally);
        assertThat(count(tally, HandshakeState.COMPLETED)).isEqualTo(accepted);

        KeyOwners atTheEnd = Redises.ask(redis, server -> KeyOwners.of(server, true));
        Figures.say("soak: keys at the end by owner: %s", atTheEnd.byOwner());
        assertThat(atTheEnd.complaints()).isEmpty();

        await().atMost(KEPT.plus(PATIENCE))
                .untilAsserted(() -> assertThat(Redises.ask(redis, server -> KeyOwners.of(server, true))
                                .byOwner())
                        .containsOnlyKeys("fixed"));
        List<String> left = Redises.ask(redis, server -> server.keys("*"));
        Figures.say("soak: keys left when nothing is kept any more: %s", left);
    }

    private static long open(RedisCommands<String, String> server) {
        Map<String, String> tally = server.hgetall(RedisKeys.TALLY);
        return count(tally, HandshakeState.PENDING)
                + count(tally, HandshakeState.ACKNOWLEDGED)
                + server.zcard(RedisKeys.DEADLINES);
    }

    private static long count(Map<String, String> tally, HandshakeState state) {
        return Long.parseLong(tally.getOrDefault(state.wireName(), "0"));
    }

    /** A worker, Redis and a publisher, one after another, each with SIGKILL. */
    private static final class SoakFaults {
        private final Pair pair;
        private final int[] counts = new int[3];
        private ServiceProcess victim;

        SoakFaults(Pair pair) {
            this.pair = pair;
        }

        void launchVictims() throws InterruptedException {
            Pair.ready(pair.launchPublisher());
        }

        void next() {
            int which = count() % counts.length;
            switch (which) {
                case 0 -> killWorker();
                case 1 -> {
                    pair.redis().kill();
                    pair.redis().restart();
                }
                default -> {
                    pair.publisher().kill();
                    pair.launchPublisher();
                }
            }
            counts[which]++;
        }

        int count() {
            return Arrays.stream(counts).sum();
        }

        String inWords() {
            return "kill -9 of a worker %d, of Redis %d, of a publisher %d times"
                    .formatted(counts[0], counts[1], counts[2]);
        }

        private void killWorker() {
            if (victim != null) {
                victim.kill();
            }
            victim = pair.launchWorker("dies");
        }
    }

    /** What is looked at, of Redis and of the services that are never killed. */
    private static final class SoakSamples {
        private final LocalRedis redis;
        private final List<ServiceProcess> services;
        private final Trend keys = new Trend("Redis keys", 1, "keys");
        private final Trend memory = new Trend("Redis used_memory", 1 << 20, "MiB");
        private final List<Trend> heaps = new ArrayList<>();
        private final List<Trend> resident = new ArrayList<>();
        private long taken;

        SoakSamples(LocalRedis redis, List<ServiceProcess> services) {
            this.redis = redis;
            this.services = services;
            for (ServiceProcess service : services) {
                heaps.add(new Trend("heap of the " + service.name() + " that lives", 1 << 20, "MiB"));
                resident.add(new Trend("resident memory of the " + service.name(), 1 << 20, "MiB"));
            }
        }

        List<Trend> trends() {
            List<Trend> all = new ArrayList<>(heaps);
            all.addAll(resident);
            all.addAll(List.of(memory, keys));
            return all;
        }

        /** @param counts whether it is warm, so that the sample is part of the trend */
        void take(double seconds, boolean counts) {
            double size = Redises.ask(redis, RedisCommands::dbsize).doubleValue();
            double used = Redises.ask(redis, server -> usedMemory(server.info("memory")));
            KeyOwners owners = Redises.ask(redis, server -> KeyOwners.of(server, false));
            assertThat(owners.complaints()).isEmpty();
            StringBuilder line = new StringBuilder("soak %5.0f s  keys %.0f %s  redis %.1f MiB"
                    .formatted(seconds, size, owners.byOwner(), used / 1048576.0));
            boolean collects = taken++ % 6 == 0;
            for (int i = 0; i < services.size(); i++) {
                ServiceProcess service = services.get(i);
                double rss = service.residentBytes().orElse(0);
                line.append("  %s %.0f MiB".formatted(service.name(), rss / 1048576.0));
                if (counts) {
                    resident.get(i).add(seconds, rss);
                }
                if (collects) {
                    double heap = LiveHeap.bytes(service);
                    line.append(" (heap %.1f)".formatted(heap / 1048576.0));
                    if (counts) {
                        heaps.get(i).add(seconds, heap);
                    }
                }
            }
            if (counts) {
                keys.add(seconds, size);
                memory.add(seconds, used);
            }
            System.out.println(line);
        }

        private static double usedMemory(String info) {
            return info.lines()
                    .filter(line -> line.startsWith("used_memory:"))
                    .mapToLong(line -> Long.parseLong(
                            line.substring("used_memory:".length()).strip()))
                    .findFirst()
                    .orElse(0);
        }
    }
}
