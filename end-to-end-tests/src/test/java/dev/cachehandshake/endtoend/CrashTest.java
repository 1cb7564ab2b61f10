package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.localredis.LocalRedisOptions;
import dev.cachehandshake.localstack.ServiceProcess;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.scriptedtarget.Answer;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.scriptedtarget.Call;
import dev.cachehandshake.scriptedtarget.CallbackTiming;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each process is killed while 2,000 handshakes are under way: nothing accepted is lost, no state moves backwards. */
class CrashTest {
    private static final int HANDSHAKES = 2_000;
    private static final Duration LONG = Duration.ofMinutes(2);

    private final List<String> ids =
            IntStream.range(0, HANDSHAKES).mapToObj(i -> "crash-" + i).toList();

    @Test
    void aKilledWorkersHandshakesAreDeliveredByAnother() throws Exception {
        try (Pair pair = Pair.on(LocalRedisOptions.inMemory(), Map.of())) {
            // given two workers; calls of b are answered, and calls of a never
            pair.target().remember(100_000);
            Behaviour healthy = Behaviour.healthy().answering(Answer.slowly(Duration.ofMillis(100)));
            Behaviour hanging = Behaviour.healthy().answering(Answer.never()).callingBack(CallbackTiming.never());
            Queue<Call> hung = new ConcurrentLinkedQueue<>();
            pair.target().play(call -> {
                if (!call.keyId().equals("a")) {
                    return healthy;
                }
                hung.add(call);
                return hanging;
            });
            pair.launchPublisher();
            ServiceProcess b = pair.launchWorker("b");
            ServiceProcess a = pair.launchWorker("a");
            for (ServiceProcess service : List.of(pair.publisher(), a, b)) {
                Pair.ready(service);
            }
            try (StateWatch watch = StateWatch.over(pair.redis().url(), ids)) {
                // and a backlog, so that each holds as much as it can
                a.pause();
                b.pause();
                pair.cms().publishAll(ids, 64);
                a.resume();
                b.resume();

                // when a is killed with all its calls under way
                await().atMost(LONG).until(() -> hung.size() >= 4);
                long killedAt = System.nanoTime();
                a.kill();
                Set<RevalidationId> heldByA =
                        hung.stream().flatMap(call -> call.ids().stream()).collect(Collectors.toSet());

                // then b delivers what a held, and everything completes
                awaitAllCompleted(watch);
                Map<RevalidationId, Long> redelivered = new HashMap<>();
                for (Call call : pair.target().calls()) {
                    if (call.arrivedAtNanos() > killedAt && call.keyId().equals("b")) {
                        call.ids().forEach(id -> redelivered.putIfAbsent(id, call.arrivedAtNanos() - killedAt));
                    }
                }
                assertThat(heldByA)
                        .isNotEmpty()
                        .allSatisfy(id -> assertThat(redelivered).containsKey(id));
                Figures.say(
                        "kill -9 of a worker: 0 of %d lost, 0 regressions; kill to redelivery of the %d it held: %s",
                        HANDSHAKES,
                        heldByA.size(),
                        Figures.percentiles(
                                heldByA.stream().mapToLong(redelivered::get).toArray()));
            }
        }
    }

    @Test
    void aKilledPublisherHasLostNothingThatItAccepted() throws Exception {
        try (Pair pair = Pair.up(Map.of());
                StateWatch watch = StateWatch.over(pair.redis().url(), ids)) {
            // given a CMS that posts an update again until it is accepted
            FutureTask<Void> publishing = publishAll(pair, 16);
            await().atMost(LONG).until(() -> pair.target().handshakeCount() > HANDSHAKES / 4);

            // when the publisher is killed and comes back
            pair.publisher().kill();
            Pair.ready(pair.launchPublisher());

            // then
            publishing.get();
            awaitAllCompleted(watch);
            Figures.say("kill -9 of the publisher: 0 of %d lost, 0 regressions", HANDSHAKES);
        }
    }

    @Test
    void aKilledRedisIsAPauseAndLosesNothingThatItAcknowledged() throws Exception {
        try (Pair pair = Pair.on(LocalRedisOptions.durable(), Map.of())) {
            pair.launchPublisher();
            ServiceProcess worker = pair.launchWorker("a");
            Pair.ready(pair.publisher());
            Pair.ready(worker);
            try (StateWatch watch = StateWatch.over(pair.redis().url(), ids)) {
                // given handshakes in every phase
                FutureTask<Void> publishing = publishAll(pair, 16);
                await().atMost(LONG).until(() -> pair.target().handshakeCount() > HANDSHAKES / 4);

                // when
                pair.redis().kill();
                pair.redis().restart();

                // then
                publishing.get();
                awaitAllCompleted(watch);
                assertThat(pair.publisher().isAlive()).isTrue();
                assertThat(worker.isAlive()).isTrue();
                assertThat(worker.log().stream().filter(line -> line.contains("Redis does not answer")))
                        .as("the pause is logged once")
                        .hasSizeLessThanOrEqualTo(1);
                Figures.say("kill -9 of Redis (appendfsync always): 0 of %d lost, 0 regressions", HANDSHAKES);
            }
        }
    }

    @Test
    void aJobThatAWorkerTookToItsGraveBetweenBlpopAndClaimIsDelivered() throws Exception {
        try (Pair pair = Pair.on(LocalRedisOptions.inMemory(), Map.of())) {
            // given a worker that stands still in BLPOP, so that Redis gives it the next job and it cannot claim it
            pair.launchPublisher();
            ServiceProcess a = pair.launchWorker("a");
            Pair.ready(pair.publisher());
            Pair.ready(a);
            await().atMost(LONG).until(() -> pair.commands().clientList().contains("cmd=blpop"));
            a.pause();
            pair.cms().publish("popped", 1);
            await().atMost(LONG).until(() -> pair.commands().llen(RedisKeys.QUEUE) == 0);
            assertThat(pair.commands().hget(RedisKeys.status(new RevalidationId("popped")), "phase"))
                    .isEqualTo("queued");

            // when it is killed, and another one is there
            a.kill();
            ServiceProcess b = pair.launchWorker("b");
            pair.target().callBackTo(b.url());
            Pair.ready(b);

            // then
            assertThat(pair.cms().get("popped", "?wait=PT30S").body()).contains("\"state\":\"completed\"");
            Figures.say("kill -9 between BLPOP and claim: delivered by another worker");
        }
    }

    @Test
    void aWorkerThatSleptPastItsLeaseChangesNothingWhenItWakes() throws Exception {
        try (Pair pair = Pair.on(LocalRedisOptions.inMemory(), Map.of("LOGGING_LEVEL_DEV_CACHEHANDSHAKE", "debug"))) {
            // given a, which tells also of what changes nothing, asleep with a call under way whose answer waits for it
            pair.target()
                    .play(call -> call.keyId().equals("a")
                            ? Behaviour.healthy()
                                    .answering(Answer.slowly(Duration.ofMillis(500)))
                                    .callingBack(CallbackTiming.never())
                            : Behaviour.healthy());
            pair.launchPublisher();
            ServiceProcess a = pair.launchWorker("a");
            Pair.ready(pair.publisher());
            Pair.ready(a);
            List<String> slept = List.of("slept");
            try (StateWatch watch = StateWatch.over(pair.redis().url(), slept)) {
                pair.cms().publish("slept", 1);
                pair.target().awaitCalls(1, LONG);
                a.pause();

                // when b has delivered it and a goes on
                ServiceProcess b = pair.launchWorker("b");
                pair.target().callBackTo(b.url());
                Pair.ready(b);
                assertThat(pair.cms().get("slept", "?wait=PT30S").body()).contains("\"state\":\"completed\"");
                a.resume();
                await().atMost(LONG)
                        .until(() -> a.log().stream().anyMatch(line -> line.contains("slept came too late")));

                // then
                String body = pair.cms().get("slept", "").body();
                assertThat(body).contains("\"state\":\"completed\"").contains("\"attempts\":1");
                assertThat(watch.regressions()).isEmpty();
                Figures.say("SIGSTOP past the lease, then SIGCONT: completed by the other worker, nothing moved back");
            }
        }
    }

    private FutureTask<Void> publishAll(Pair pair, int atOnce) {
        Cms cms = pair.cms();
        FutureTask<Void> publishing = new FutureTask<>(() -> {
            cms.publishAll(ids, atOnce);
            return null;
        });
        Thread.ofVirtual().name("cms").start(publishing);
        return publishing;
    }

    private static void awaitAllCompleted(StateWatch watch) {
        await().atMost(LONG).until(watch::allTerminal);
        assertThat(watch.byState()).containsExactly(Map.entry(HandshakeState.COMPLETED, (long) HANDSHAKES));
        assertThat(watch.regressions()).isEmpty();
    }
}
