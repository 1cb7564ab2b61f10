package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.localredis.LocalRedisOptions;
import dev.cachehandshake.localredis.LocalSentinel;
import dev.cachehandshake.localstack.ServiceProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pair asks a Sentinel where its Redis is, and follows it. */
@Tag("slow")
class SentinelTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String MASTER = "handshakes";

    private final List<String> before =
            IntStream.range(0, 200).mapToObj(i -> "before-" + i).toList();

    @Test
    void aKilledMasterIsFollowedByItsReplica() throws Exception {
        try (LocalRedis replica = LocalRedis.start(LocalRedisOptions.durable());
                LocalRedis master = LocalRedis.start(LocalRedisOptions.durable())) {
            Redises.replicate(master, replica);
            try (LocalSentinel sentinel = LocalSentinel.start(MASTER, master.port(), 1, Duration.ofMillis(500));
                    Pair pair = Pair.reaching(
                            master, "redis-sentinel://127.0.0.1:" + sentinel.port() + "#" + MASTER, Map.of())) {
                // given a pair with a backlog, all of which the replica has
                pair.launchPublisher();
                ServiceProcess worker = pair.launchWorker("a");
                Pair.ready(pair.publisher());
                Pair.ready(worker);
                Cms cms = pair.cms();
                worker.pause();
                cms.publishAll(before, 16);
                Redises.awaitInStep(master);
                awaitReplicaIsKnown(sentinel);

                // when
                LogSince publisherLog = LogSince.now(pair.publisher());
                LogSince workerLog = LogSince.now(worker);
                master.kill();
                worker.resume();
                long killedAt = System.nanoTime();
                await().atMost(LONG).pollInterval(Duration.ofMillis(20)).until(() -> Redises.isMaster(replica));
                long promotedAt = System.nanoTime();
                cms.publish("after", 1);
                long acceptedAt = System.nanoTime();
                await().atMost(LONG)
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> cms.get("after", "?wait=PT10S").body().contains("\"state\":\"completed\""));
                long backAt = System.nanoTime();

                // then
                Figures.say(
                        "Sentinel: master killed -> replica promoted %d ms -> accepted again %d ms -> completed, behind %d"
                                + " others, %d ms",
                        (promotedAt - killedAt) / 1_000_000,
                        (acceptedAt - promotedAt) / 1_000_000,
                        before.size(),
                        (backAt - acceptedAt) / 1_000_000);
                for (String id : before) {
                    assertThat(cms.get(id, "?wait=PT30S").body()).contains("\"state\":\"completed\"");
                }
                publisherLog.assertSaidOnce("Redis does not answer");
                workerLog.assertSaidOnce("Redis does not answer");

                // and the old master, which comes back as a replica, is left alone
                master.restart();
                cms.publish("later", 1);
                assertThat(cms.get("later", "?wait=PT30S").body()).contains("\"state\":\"completed\"");
            }
        }
    }

    /** It asks the master for its replicas; before that it has nobody to promote. */
    private static void awaitReplicaIsKnown(LocalSentinel sentinel) {
        await().atMost(LONG).until(() -> sentinel.log().stream().anyMatch(line -> line.contains("+slave slave")));
    }
}
