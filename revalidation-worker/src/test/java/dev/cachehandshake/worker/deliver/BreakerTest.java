package dev.cachehandshake.worker.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.store.Circuit;
import dev.cachehandshake.protocol.store.CircuitStore;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.scriptedtarget.Answer;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.scriptedtarget.Script;
import dev.cachehandshake.worker.HeldCall;
import dev.cachehandshake.worker.RunningWorker;
import dev.cachehandshake.worker.SentCallback;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The breaker of a running worker's target. */
class BreakerTest {
    private static final Circuit NEXTJS = new Circuit("default", "nextjs");
    private static final List<String> BATCH = List.of("a", "b", "c", "d");

    @RegisterExtension
    static final RunningWorker worker = RunningWorker.with(
            "handshake.strategies.normal.concurrency=1",
            "handshake.target.connect-timeout=300ms",
            "handshake.strategies.normal.timeout=300ms",
            "handshake.circuit.failures=1",
            "handshake.circuit.probe-every=50ms");

    @AfterEach
    void close() {
        circuits().forceClosed(NEXTJS);
        await().until(() -> scrape().contains("handshake_circuit_open{target=\"nextjs\"} 0.0"));
    }

    private static CircuitStore circuits() {
        return worker.context().getBean(CircuitStore.class);
    }

    private static String scrape() {
        return SentCallback.get(worker, "/actuator/prometheus").body();
    }

    @Test
    void aBatchThatIsNotCalledIsNeitherTakenApartNorCharged() {
        // given a failure that would take a batch apart
        HeldCall.batch(
                worker,
                Script.always(Behaviour.healthy().answering(Answer.never())),
                () -> BATCH.forEach(id -> worker.publish(id, "\"version\":7")));

        // when
        List<HandshakeView> waiting = BATCH.stream()
                .map(id -> worker.awaitView(
                        id,
                        view -> view.epoch() >= 1
                                && view.attempts() == 0
                                && view.lastError().isPresent()))
                .toList();

        // then
        assertThat(waiting).extracting(HandshakeView::state).containsOnly(HandshakeState.PENDING);
        assertThat(waiting)
                .extracting(view -> view.lastError().orElseThrow())
                .allSatisfy(error -> assertThat(error).contains("no answer within 300 ms"));
        assertThat(worker.site().calls())
                .extracting(call -> Json.object(call.body()).get("handshakes").size())
                .as("the whole batch once, and then probes at most")
                .startsWith(1, 4)
                .doesNotContain(2);

        // when
        worker.site().play(Behaviour.healthy());
        circuits().forceClosed(NEXTJS);

        // then
        BATCH.forEach(id -> {
            HandshakeView ended = worker.awaitEnd(id);
            assertThat(ended.state()).isEqualTo(HandshakeState.COMPLETED);
            assertThat(ended.attempts()).isEqualTo(1);
        });
    }

    @Test
    void whileAnOperatorHasOpenedItNothingIsCalledAndTheWorkerStaysUp() {
        // given
        circuits().forceOpen(NEXTJS, Optional.empty(), Optional.of("the CMS moves"));
        await().until(() -> scrape().contains("handshake_circuit_open{target=\"nextjs\"} 1.0"));

        // when
        worker.publish("waits");

        // then
        assertThat(scrape()).contains("resilience4j_circuitbreaker_state{name=\"nextjs\",state=\"forced_open\"} 1.0");
        assertThat(SentCallback.get(worker, "/actuator/health").body()).startsWith("{\"status\":\"UP\"");
        assertThat(SentCallback.get(worker, "/actuator/health/readiness").statusCode())
                .isEqualTo(200);
        assertThat(SentCallback.get(worker, "/actuator/health/circuits").body())
                .contains("\"nextjs\"", "\"state\":\"FORCED_OPEN\"");

        // when
        circuits().forceClosed(NEXTJS);

        // then
        assertThat(worker.awaitEnd("waits").state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(worker.site().calls()).hasSize(1);
    }

    @Test
    void oneThatFailuresHaveOpenedTakesNothingDown() {
        // given
        circuits().failed(NEXTJS, "the site answered 503", 1, Duration.ofMinutes(5));

        // when
        await().until(() ->
                SentCallback.get(worker, "/actuator/health/circuits").body().contains("\"state\":\"OPEN\""));

        // then
        assertThat(SentCallback.get(worker, "/actuator/health/circuits").statusCode())
                .isEqualTo(200);
        assertThat(SentCallback.get(worker, "/actuator/health/circuits").body())
                .startsWith("{\"status\":\"CIRCUIT_OPEN\"");
        assertThat(SentCallback.get(worker, "/actuator/health").body()).startsWith("{\"status\":\"UP\"");
        assertThat(SentCallback.get(worker, "/actuator/health/liveness").statusCode())
                .isEqualTo(200);
    }
}
