package dev.cachehandshake.worker.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.protocol.redis.LettuceCircuits;
import dev.cachehandshake.protocol.redis.OutageLog;
import dev.cachehandshake.protocol.redis.RefereeTime;
import dev.cachehandshake.protocol.redis.Retention;
import dev.cachehandshake.protocol.store.Circuit;
import dev.cachehandshake.protocol.store.CircuitState;
import dev.cachehandshake.protocol.store.CircuitStore;
import dev.cachehandshake.protocol.token.SigningKey;
import dev.cachehandshake.protocol.token.TokenSigner;
import dev.cachehandshake.worker.StrategiesOfTests;
import dev.cachehandshake.worker.config.CircuitSettings;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.roster.Target;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Two workers before one site: what one of them finds out, both do. */
@ExtendWith(OutputCaptureExtension.class)
class TargetCircuitTest {
    private static final Duration AMPLE = Duration.ofSeconds(20);

    private static final Circuit NEXTJS = new Circuit("default", "nextjs");
    private static final Duration PROBE_EVERY = Duration.ofMillis(50);
    private static final CircuitSettings SETTINGS = new CircuitSettings(3, Duration.ofMinutes(5), PROBE_EVERY);
    private static final CircuitState CLOSED = new CircuitState.Closed(0);
    private static final CircuitState PROBE =
            new CircuitState.Open(3, Optional.empty(), Optional.of("the site answered 503"), true);

    private static LocalRedis redis;
    private static RedisClient client;
    private static StatefulRedisConnection<String, String> connection;
    private static CircuitStore store;

    private final AtomicReference<AnsweringServer.Handler> answer = new AtomicReference<>();
    private AnsweringServer site;
    private SiteCall call;
    private Worker one;
    private Worker other;

    /** As far as calls are concerned. */
    private final class Worker {
        private final MeterRegistry meters = new SimpleMeterRegistry();
        private final CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();
        private final TargetCircuits circuits = new TargetCircuits("default", store, SETTINGS, breakers, meters);
        private final Target target = new Target("nextjs", site.url());
        private final TargetCircuit circuit = circuits.of("nextjs");
        private final MeteredCall metered =
                new MeteredCall(call, target, new TargetHealth(target, meters), circuit, meters);

        private CallOutcome post() {
            return metered.post("batch", "{}", 1, AMPLE, false);
        }

        private CallOutcome postToBeTakenApart() {
            return metered.post("batch", "{}", 2, AMPLE, true);
        }

        private void hears(CircuitState state) {
            circuit.heard(state, circuit.now());
        }

        private CallOutcome post(URI elsewhere) {
            return circuit.around(() -> call.post(new Target("nextjs", elsewhere), "batch", "{}", AMPLE), false);
        }

        private double gauge(String name) {
            return meters.get(name).tag("target", "nextjs").gauge().value();
        }
    }

    @BeforeAll
    static void startRedis() {
        redis = LocalRedis.start();
        client = RedisClient.create(redis.url());
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
        connection = client.connect();
        store = new LettuceCircuits(connection, RefereeTime.SERVER, Retention.DEFAULT, new OutageLog());
    }

    @AfterAll
    static void stopRedis() {
        connection.close();
        client.shutdown();
        redis.close();
    }

    @BeforeEach
    void startSite() throws IOException {
        connection.sync().flushall();
        answers(503);
        site = new AnsweringServer(exchange -> answer.get().answer(exchange));
        TargetSettings settings = new TargetSettings(
                "default",
                "nextjs",
                List.of(site.url()),
                false,
                TargetSettings.Invalidate.ALL,
                TargetSettings.Protocol.BATCH,
                TargetSettings.CallbackAuth.JWT,
                Duration.ofSeconds(2),
                null,
                Duration.ofDays(7));
        SigningKey key = SigningKey.of("1", "a-revalidation-secret-of-32-bytes-at-least");
        Clock clock = Clock.systemUTC();
        call = new SiteCall(
                settings,
                StrategiesOfTests.BY_DEFAULT,
                new TokenSigner(key, "cache-handshake", Duration.ofMinutes(1), clock),
                clock);
        one = new Worker();
        other = new Worker();
    }

    @AfterEach
    void stopSite() throws IOException {
        call.close();
        site.close();
    }

    private void answers(int status) {
        answer.set(AnsweringServer.always(status, ""));
    }

    private int calls() {
        return site.requests().size();
    }

    private void openByFailures() {
        for (int i = 0; i < SETTINGS.failures(); i++) {
            assertThat(one.post()).isInstanceOf(CallOutcome.Failed.class);
        }
        assertThat(store.read(NEXTJS)).isInstanceOf(CircuitState.Open.class);
        other.hears(store.read(NEXTJS));
    }

    // --- opening ---

    @Test
    void failuresInARowOfAllWorkersTogetherOpenItForAllOfThem(CapturedOutput output) {
        // given
        one.post();
        other.post();
        assertThat(other.gauge("handshake.circuit.open")).isZero();

        // when
        other.post();
        one.hears(store.read(NEXTJS));

        // then
        int before = calls();
        for (Worker worker : List.of(one, other)) {
            assertThat(worker.post()).isInstanceOfSatisfying(CallOutcome.Deferred.class, deferred -> {
                assertThat(deferred.error())
                        .contains("the breaker of nextjs is open", "3 calls in a row", "the site answered 503");
                assertThat(deferred.delay()).isEqualTo(PROBE_EVERY);
            });
            assertThat(worker.gauge("handshake.circuit.open")).isEqualTo(1);
            assertThat(worker.breakers.circuitBreaker("nextjs").getState()).isEqualTo(CircuitBreaker.State.OPEN);
        }
        assertThat(calls()).as("not called any more").isEqualTo(before);
        assertThat(connection.sync().pttl("circuit:open:nextjs")).isBetween(290_000L, 300_000L);
        assertThat(output.getAll().lines().filter(line -> line.contains("target nextjs is not called any more")))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .contains("WARN", "3 calls in a row failed", "503", "one call every 50ms", "no attempts"));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 401, 403, 404, 405, 408, 429, 500, 502, 503, 504})
    void whatIsAFailedCallCounts(int status) {
        answers(status);

        one.post();

        assertThat(store.read(NEXTJS)).isEqualTo(new CircuitState.Closed(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 400, 413, 422})
    void anAnswerOfASiteThatWorksBreaksTheRow(int status) {
        // given
        one.post();
        answers(status);

        // when
        one.post();

        // then
        assertThat(store.read(NEXTJS)).isEqualTo(CLOSED);
    }

    @Test
    void whatTheSiteBreaksOnIsCountedOnceItIsAlone() {
        answers(500);
        for (int i = 0; i < SETTINGS.failures(); i++) {
            one.postToBeTakenApart();
        }
        assertThat(store.read(NEXTJS)).isEqualTo(CLOSED);

        one.post();

        assertThat(store.read(NEXTJS)).isEqualTo(new CircuitState.Closed(1));
    }

    @Test
    void aSiteThatDoesNotAnswerIsCountedWhateverIsTakenApartNext() {
        answers(503);

        one.postToBeTakenApart();

        assertThat(store.read(NEXTJS)).isEqualTo(new CircuitState.Closed(1));
    }

    @Test
    void anAnswerThatWasOvertakenByALaterOneIsNotHeard() {
        // given
        long earlier = one.circuit.now();
        openByFailures();
        one.hears(store.read(NEXTJS));

        // when
        one.circuit.heard(CLOSED, earlier);

        // then
        assertThat(one.circuit.isOpen()).isTrue();
        assertThat(one.post()).isInstanceOf(CallOutcome.Deferred.class);
    }

    @Test
    void aTargetThatIsNotReachedOpensItToo() throws IOException {
        // given
        URI nobody;
        try (AnsweringServer closed = new AnsweringServer(AnsweringServer.always(200, ""))) {
            nobody = closed.url();
        }

        // when
        for (int i = 0; i < SETTINGS.failures(); i++) {
            assertThat(one.post(nobody)).isInstanceOf(CallOutcome.NotReached.class);
        }

        // then
        assertThat(one.post(nobody)).isInstanceOf(CallOutcome.Deferred.class);
    }

    @Test
    void aCallThatGoesWellBreaksTheRowOfTheOthersWhereTheWorkerHasHeardOfIt() {
        // given
        one.post();
        one.post();
        other.hears(store.read(NEXTJS));

        // when
        answers(200);
        other.post();

        // then
        assertThat(store.read(NEXTJS)).isEqualTo(CLOSED);
    }

    @Test
    void aCallThatGoesWellAndHasNothingToTellAsksNobody() {
        // given
        answers(200);
        connection.sync().configResetstat();

        // when
        one.post();
        one.hears(CLOSED);
        one.post();

        // then
        assertThat(connection.sync().info("commandstats")).doesNotContain("evalsha");
    }

    // --- probing ---

    @Test
    void theProbeIsLetThroughAndNoOther() throws InterruptedException, ExecutionException {
        // given a site that takes its time
        openByFailures();
        int before = calls();
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        answer.set(exchange -> {
            called.countDown();
            letGo.await();
            AnsweringServer.send(exchange, 200, "");
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // when
            one.hears(PROBE);
            Future<CallOutcome> probe = threads.submit(() -> one.post());
            called.await();

            // then neither what else is at hand, nor the next probe, which comes before this one has ended
            assertThat(one.post()).isInstanceOf(CallOutcome.Deferred.class);
            one.hears(PROBE);
            assertThat(one.post()).isInstanceOf(CallOutcome.Deferred.class);
            assertThat(other.post()).isInstanceOf(CallOutcome.Deferred.class);

            // when
            letGo.countDown();

            // then
            assertThat(probe.get()).isInstanceOf(CallOutcome.Accepted.class);
            assertThat(calls()).isEqualTo(before + 1);
        }
    }

    @Test
    void aWorkerThatHasHeardNothingOfItYetMayBeGivenTheProbe() {
        // given another worker that has opened it
        for (int i = 0; i < SETTINGS.failures(); i++) {
            other.post();
        }
        answers(200);
        assertThat(one.breakers.circuitBreaker("nextjs").getState()).isEqualTo(CircuitBreaker.State.CLOSED);

        // when
        one.hears(PROBE);

        // then
        assertThat(one.post()).isInstanceOf(CallOutcome.Accepted.class);
        assertThat(store.read(NEXTJS)).isEqualTo(CLOSED);
    }

    @Test
    void aProbeThatGoesWellClosesItForAll(CapturedOutput output) {
        // given
        openByFailures();
        answers(200);

        // when
        one.hears(PROBE);
        assertThat(one.post()).isInstanceOf(CallOutcome.Accepted.class);

        // then
        assertThat(store.read(NEXTJS)).isEqualTo(CLOSED);
        other.hears(store.read(NEXTJS));
        for (Worker worker : List.of(one, other)) {
            assertThat(worker.post()).isInstanceOf(CallOutcome.Accepted.class);
            assertThat(worker.gauge("handshake.circuit.open")).isZero();
            assertThat(worker.breakers.circuitBreaker("nextjs").getState()).isEqualTo(CircuitBreaker.State.CLOSED);
        }
        assertThat(output.getAll().lines().filter(line -> line.contains("target nextjs is called again")))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("INFO"));
    }

    @Test
    void aProbeMayBeTheFirstThatAWorkerHearsOfIt() {
        openByFailures();

        other.hears(PROBE);

        assertThat(other.post()).isInstanceOf(CallOutcome.Deferred.class);
    }

    @Test
    void aProbeThatFailsCostsItsHandshakeNothingAndLeavesItOpen() {
        // given
        openByFailures();

        // when
        one.hears(PROBE);
        CallOutcome probe = one.post();

        // then
        assertThat(probe)
                .isInstanceOfSatisfying(
                        CallOutcome.Deferred.class,
                        deferred -> assertThat(deferred.error()).contains("the site answered 503"));
        assertThat(store.read(NEXTJS)).isInstanceOf(CircuitState.Open.class);
        int before = calls();
        assertThat(one.post()).isInstanceOf(CallOutcome.Deferred.class);
        assertThat(calls()).isEqualTo(before);
        assertThat(one.meters
                        .get("handshake.call")
                        .tag("outcome", "failed")
                        .timer()
                        .count())
                .as("it was a call")
                .isEqualTo(4);
    }

    @Test
    void aProbeThatBreaksOffLeavesRoomForTheNext() {
        // given
        openByFailures();
        one.hears(PROBE);

        // when
        assertThatIllegalStateException()
                .isThrownBy(() -> one.circuit.around(
                        () -> {
                            throw new IllegalStateException("nobody foresaw that");
                        },
                        false));

        // then
        answers(200);
        one.hears(PROBE);
        assertThat(one.post()).isInstanceOf(CallOutcome.Accepted.class);
    }

    @Test
    void whenItsTimeIsOverAndNobodyHasSaidSoOneCallFindsOut() {
        // given
        openByFailures();
        one.hears(CLOSED);
        one.hears(new CircuitState.Open(3, Optional.of(PROBE_EVERY), Optional.empty(), false));
        answers(200);

        // when, then
        await().until(() -> one.post() instanceof CallOutcome.Accepted);
        assertThat(store.read(NEXTJS)).isEqualTo(CLOSED);
    }

    // --- operators ---

    @Test
    void whatAnOperatorHasOpenedIsNotCalledAtAllUntilItIsClosed(CapturedOutput output) {
        // given
        answers(200);
        store.forceOpen(NEXTJS, Optional.empty(), Optional.of("the CMS moves"));

        // when
        one.hears(store.read(NEXTJS));

        // then
        assertThat(one.post())
                .isInstanceOfSatisfying(
                        CallOutcome.Deferred.class,
                        deferred -> assertThat(deferred.error())
                                .contains("an operator has opened its breaker (the CMS moves)"));
        assertThat(calls()).isZero();
        assertThat(one.breakers.circuitBreaker("nextjs").getState()).isEqualTo(CircuitBreaker.State.FORCED_OPEN);
        assertThat(one.gauge("handshake.circuit.open")).isEqualTo(1);
        assertThat(output)
                .contains("an operator has opened its breaker (the CMS moves)", "until an operator closes it");

        // when
        store.forceClosed(NEXTJS);
        one.hears(store.read(NEXTJS));

        // then
        assertThat(one.post()).isInstanceOf(CallOutcome.Accepted.class);
        assertThat(output).contains("target nextjs is called again");
    }

    @Test
    void anOperatorsEndCountsAlsoWhereNobodyTellsOfIt() {
        // given
        answers(200);
        one.hears(new CircuitState.Forced(0, Optional.of(PROBE_EVERY), Optional.empty()));

        // when, then
        await().until(() -> one.gauge("handshake.circuit.open") == 0);
        assertThat(one.post()).isInstanceOf(CallOutcome.Accepted.class);
    }

    @Test
    void aCallThatWasUnderWayDoesNotCloseWhatAnOperatorHasOpened() throws Exception {
        // given
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        answer.set(exchange -> {
            called.countDown();
            letGo.await();
            AnsweringServer.send(exchange, 200, "");
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<CallOutcome> underWay = threads.submit(() -> one.post());
            called.await();

            // when
            store.forceOpen(NEXTJS, Optional.empty(), Optional.empty());
            one.hears(store.read(NEXTJS));
            letGo.countDown();

            // then
            assertThat(underWay.get()).isInstanceOf(CallOutcome.Accepted.class);
        }
        assertThat(store.read(NEXTJS)).isInstanceOf(CircuitState.Forced.class);
        assertThat(one.post()).isInstanceOf(CallOutcome.Deferred.class);
    }

    // --- gauges, and targets that go ---

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 405})
    void aTargetThatIsSetUpWronglyShowsUntilACallIsAnsweredOtherwise(int status) {
        // given
        answers(status);
        one.post();
        assertThat(one.gauge("handshake.target.misconfigured")).isEqualTo(1);
        assertThat(one.gauge("handshake.target.outage")).isEqualTo(1);

        // when
        answers(503);
        one.post();

        // then
        assertThat(one.gauge("handshake.target.misconfigured")).isZero();
        assertThat(one.gauge("handshake.target.outage"))
                .as("a 503 does not say that the site is there")
                .isEqualTo(1);
    }

    @Test
    void ofATargetThatIsGoneNothingIsShown() {
        // given
        openByFailures();

        // when
        one.circuits.forget("nextjs");

        // then
        assertThat(one.meters.find("handshake.circuit.open").gauge()).isNull();
        assertThat(one.breakers.find("nextjs")).isEmpty();
    }

    @Test
    void aWorkerThatHasNothingToClaimHearsOfItToo() {
        // given
        one.circuits.start();
        try {
            // when
            store.forceOpen(NEXTJS, Optional.empty(), Optional.empty());

            // then
            await().until(() -> one.gauge("handshake.circuit.open") == 1);

            // when
            store.forceClosed(NEXTJS);

            // then
            await().until(() -> one.gauge("handshake.circuit.open") == 0);
        } finally {
            one.circuits.stop();
        }
    }

    // --- Redis ---

    @Test
    void whileRedisIsAwayAWorkerIsKindToTheSiteByItself(CapturedOutput output) {
        // given
        redis.kill();
        try {
            // when
            for (int i = 0; i < SETTINGS.failures(); i++) {
                assertThat(one.post()).isInstanceOf(CallOutcome.Failed.class);
            }

            // then
            assertThat(one.post())
                    .isInstanceOfSatisfying(
                            CallOutcome.Deferred.class,
                            deferred -> assertThat(deferred.error())
                                    .contains("3 calls in a row of this worker failed, and Redis is away"));
            assertThat(one.gauge("handshake.circuit.open")).isEqualTo(1);
            assertThat(output).contains("is not called any more by this worker");

            // when
            answers(200);

            // then one call finds out
            await().until(() -> one.post() instanceof CallOutcome.Accepted);
            assertThat(one.post()).isInstanceOf(CallOutcome.Accepted.class);
            assertThat(one.gauge("handshake.circuit.open")).isZero();
            assertThat(output.getAll().lines().filter(line -> line.contains("target nextjs is called again")))
                    .hasSize(1);
        } finally {
            redis.restart();
        }
        await().ignoreExceptions().until(() -> store.read(NEXTJS).equals(CLOSED));
    }

    @Test
    void whenRedisIsBackItsWordCounts() {
        // given
        redis.kill();
        for (int i = 0; i < SETTINGS.failures(); i++) {
            one.post();
        }
        assertThat(one.post()).isInstanceOf(CallOutcome.Deferred.class);

        // when
        redis.restart();
        await().ignoreExceptions().until(() -> store.read(NEXTJS).equals(CLOSED));
        one.hears(store.read(NEXTJS));

        // then
        assertThat(one.post()).isInstanceOf(CallOutcome.Failed.class);
        assertThat(store.read(NEXTJS)).isEqualTo(new CircuitState.Closed(1));
    }

    @Test
    void aWorkerThatAloneDoesNotReachTheSiteStopsNobody() {
        // given
        URI nobody = URI.create("http://127.0.0.1:1");

        // when between its failures the calls of the others go well
        for (int i = 0; i < 2 * SETTINGS.failures(); i++) {
            assertThat(one.post(nobody)).isInstanceOf(CallOutcome.NotReached.class);
            store.ok(NEXTJS);
        }

        // then
        assertThat(one.breakers.circuitBreaker("nextjs").getState()).isEqualTo(CircuitBreaker.State.CLOSED);
        assertThat(one.gauge("handshake.circuit.open")).isZero();
    }
}
