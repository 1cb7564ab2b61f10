package dev.cachehandshake.localstack.doctor;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Popped;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.wire.JobJson;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * Publishers of both kinds and every class, two workers of which one is careless with its leases, a sweeper and an operator, all
 * as fast as they can, with every outcome there is. Stops when it is closed, and tells then what went wrong in it.
 */
final class BusySystem implements AutoCloseable {
    /** Not more than this waits, so that handshakes go the whole way while they are looked at. */
    private static final int BACKLOG = 200;

    private static final List<DeliveryClass> CLASSES = List.of(DeliveryClass.values());

    private final RedisClient client;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicInteger published = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger covered = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();

    BusySystem(RedisClient client) {
        this.client = client;
        start(1, this::publish);
        start(2, this::publishAsOthersDo);
        start(3, this::work);
        start(4, this::work);
        start(5, (referee, random) -> referee.sweep());
        start(6, this::replay);
    }

    int published() {
        return published.get();
    }

    int ended() {
        return ended.get();
    }

    int covered() {
        return covered.get();
    }

    @Override
    public void close() {
        stopped.set(true);
        try {
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException broken) {
            throw new AssertionError("one of those who were busy broke", broken.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            threads.shutdown();
        }
    }

    private void start(int seed, BiConsumer<Referee, Random> step) {
        running.add(threads.submit(() -> {
            Random random = new Random(seed);
            try (Referee referee = new Referee(client)) {
                while (!stopped.get()) {
                    step.accept(referee, random);
                }
            }
        }));
    }

    private void publish(Referee referee, Random random) {
        if (referee.backlog() >= BACKLOG) {
            return;
        }
        String id = "ours-" + published.incrementAndGet();
        if (random.nextInt(4) == 0) {
            referee.edit(id, anyClass(random), Duration.ofMillis(5));
        } else {
            String version = random.nextBoolean() ? "" : ",\"version\":\"v" + id + "\"";
            referee.publish(JobJson.read(Referee.json(id, version)), anyClass(random));
        }
    }

    private static DeliveryClass anyClass(Random random) {
        return CLASSES.get(random.nextInt(CLASSES.size()));
    }

    /** The hash before the push, after it, or never; and now and then something that is no job. */
    private void publishAsOthersDo(Referee referee, Random random) {
        if (referee.backlog() >= BACKLOG) {
            return;
        }
        String id = "foreign-" + published.incrementAndGet();
        Map<String, String> hash = Map.of("state", "pending", "attempts", "0", "created_at", "1");
        int how = random.nextInt(4);
        if (how == 0) {
            referee.redis().hset(RedisKeys.status(id), hash);
        }
        referee.redis().rpush(RedisKeys.queue(anyClass(random)), how == 3 ? "junk" : Referee.json(id, ""));
        if (how == 1) {
            referee.redis().hset(RedisKeys.status(id), hash);
        }
    }

    private void work(Referee referee, Random random) {
        Optional<Popped> popped = Optional.empty();
        if (random.nextInt(3) == 0) {
            popped = referee.pop();
            if (random.nextInt(20) == 0) {
                // It dies with what it has popped. A foreign one would be lost by that, which is no business of this
                // test.
                popped = popped.filter(one -> !one.element().startsWith("{\"seq\":"));
            }
        }
        List<DeliveryClass> classes = new ArrayList<>(CLASSES);
        Collections.shuffle(classes, random);
        Claim claim = referee.claim(20, popped, classes);
        claim.beside().forEach(beside -> settle(referee, random, beside));
        claim.handshakes().forEach(claimed -> deliver(referee, random, claimed));
    }

    private void settle(Referee referee, Random random, Claim.Beside beside) {
        switch (random.nextInt(10)) {
            case 0 -> {
                // It dies with its lease.
            }
            case 1 -> referee.handBack(beside.lease());
            default -> {
                referee.cover(beside);
                covered.incrementAndGet();
            }
        }
    }

    private void deliver(Referee referee, Random random, Claimed claimed) {
        String id = claimed.lease().id().value();
        switch (random.nextInt(10)) {
            case 0 -> referee.renew(claimed.lease());
            case 1 -> referee.handBack(claimed.lease());
            case 2 -> referee.settle(claimed.lease(), new Settlement.Rejected("no", false));
            case 3 -> referee.settle(claimed.lease(), new Settlement.Retry("503", Duration.ofMillis(50), 3, false));
            case 4 ->
                referee.settle(
                        claimed.lease(),
                        new Settlement.NotReached("refused", Duration.ofMillis(50), Duration.ofDays(7), false));
            case 5 -> referee.settle(claimed.lease(), new Settlement.Simulated());
            case 6 -> referee.settle(claimed.lease(), Referee.accepted(Duration.ofMillis(100)));
            default -> {
                referee.settle(claimed.lease(), Referee.accepted(Duration.ofSeconds(5)));
                referee.confirm(id);
                ended.incrementAndGet();
            }
        }
    }

    private void replay(Referee referee, Random random) {
        List<String> failed = referee.redis().zrevrange(RedisKeys.FAILED, 0, 20);
        if (!failed.isEmpty() && referee.backlog() < BACKLOG) {
            String old = failed.get(random.nextInt(failed.size()));
            referee.replay(old, "replay-" + published.incrementAndGet());
        }
    }
}
