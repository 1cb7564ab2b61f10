package dev.cachehandshake.endtoend;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.redis.LettuceHandshakeStore;
import dev.cachehandshake.protocol.redis.RefereeTime;
import dev.cachehandshake.protocol.redis.Retention;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.PublishOutcome;
import dev.cachehandshake.protocol.wire.JobJson;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Many handshakes at once, accepted by the referee itself: faster than REST takes them. */
final class Backlog {
    private static final int AT_ONCE = 32;

    private Backlog() {}

    /** @param event of each number, with the id first, as a publisher writes it */
    static void publish(
            Pair pair, DeliveryClass of, int from, int to, IntFunction<String> event)
            throws InterruptedException, ExecutionException {
        RedisClient client = RedisClient.create(pair.redis().url());
        try (StatefulRedisConnection<String, String> connection = client.connect();
                ExecutorService publishers = Executors.newFixedThreadPool(AT_ONCE)) {
            HandshakeStore store = new LettuceHandshakeStore(connection, RefereeTime.SERVER, Retention.DEFAULT);
            for (Future<?> each : IntStream.range(0, AT_ONCE)
                    .<Future<?>>mapToObj(publisher -> publishers.submit(() -> {
                        for (int number = from + publisher; number < to; number += AT_ONCE) {
                            publish(store, of, event.apply(number));
                        }
                    }))
                    .toList()) {
                each.get();
            }
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    private static void publish(HandshakeStore store, DeliveryClass of, String json) {
        Job job = JobJson.read(json);
        PublishOutcome outcome = store.publish(new Acceptance(
                job,
                PathRules.DEFAULT.touchedBy(job),
                job.id().value(),
                of,
                Optional.empty(),
                Long.MAX_VALUE,
                true));
        if (!(outcome instanceof PublishOutcome.Accepted)) {
            throw new AssertionError(outcome + " to " + json);
        }
    }
}
