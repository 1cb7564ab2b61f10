package dev.cachehandshake.endtoend;

import dev.cachehandshake.localredis.LocalRedisOptions;
import dev.cachehandshake.localstack.ServiceProcess;
import io.lettuce.core.KeyValue;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A publisher and two workers, and what is asked of all handshakes at once. */
final class Fleet {
    private static final Duration ANSWERED_WITHIN = Duration.ofMinutes(2);
    private static final int AT_ONCE = 1_000;

    private Fleet() {}

    /** Ready; the first worker gets the callbacks. */
    static Pair up(Map<String, String> workerSettings, Map<String, String> bothSettings)
            throws IOException, InterruptedException {
        Pair pair = Pair.on(LocalRedisOptions.inMemory(), workerSettings)
                .with(Map.of("LOGGING_LEVEL_DEV_CACHEHANDSHAKE", "warn"))
                .with(bothSettings);
        ServiceProcess publisher = pair.launchPublisher();
        ServiceProcess first = pair.launchWorker("a");
        ServiceProcess second = pair.launchWorker("b");
        Pair.ready(publisher);
        Pair.ready(first);
        Pair.ready(second);
        return pair;
    }

    static List<ServiceProcess> workers(Pair pair) {
        return pair.services().stream()
                .filter(service -> service.name().startsWith("worker"))
                .toList();
    }

    /** Fields of the hash of each handshake, in the order of the ids; empty where there is none. */
    static List<List<String>> fields(Pair pair, List<String> ids, String... names) {
        RedisClient client = RedisClient.create(pair.redis().url());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            List<List<String>> all = new ArrayList<>();
            for (int from = 0; from < ids.size(); from += AT_ONCE) {
                List<RedisFuture<List<KeyValue<String, String>>>> asked =
                        ids.subList(from, Math.min(ids.size(), from + AT_ONCE)).stream()
                                .map(id -> connection.async().hmget("revalidation:" + id + ":status", names))
                                .toList();
                if (!LettuceFutures.awaitAll(ANSWERED_WITHIN, asked.toArray(RedisFuture[]::new))) {
                    throw new IllegalStateException("Redis did not answer within " + ANSWERED_WITHIN);
                }
                asked.forEach(answer -> all.add(answer.toCompletableFuture().join().stream()
                        .map(value -> value.getValueOrElse(""))
                        .toList()));
            }
            return all;
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    /** Of a metric with these words in its labels, over all workers. */
    static double sumOfWorkers(Pair pair, String metric) throws IOException, InterruptedException {
        double sum = 0;
        for (ServiceProcess worker : workers(pair)) {
            sum += Prometheus.read(worker.url()).getOrDefault(metric, 0.0);
        }
        return sum;
    }

    /** Returns at that moment, of {@link System#nanoTime()}. */
    static void awaitMoment(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, TimeUnit.SECONDS.toNanos(1)));
        }
    }
}
