package dev.cachehandshake.worker.claim;

import static dev.cachehandshake.protocol.DeliveryClass.LOW;
import static dev.cachehandshake.protocol.DeliveryClass.NORMAL;
import static dev.cachehandshake.protocol.DeliveryClass.URGENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.worker.StrategiesOfTests;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FreeCallsTest {
    private final FreeCalls calls = new FreeCalls(StrategiesOfTests.BY_DEFAULT);

    private void begin(DeliveryClass of, int times) {
        for (int i = 0; i < times; i++) {
            calls.begin(of);
        }
    }

    @Test
    void aClassWhoseCallsAreAllUnderWayKeepsNoneOfAnothers() throws Exception {
        begin(URGENT, 5);

        assertThat(calls.awaitAny()).containsExactly(NORMAL, LOW);
    }

    @Test
    void whoeverFindsNoneFreeWaitsForTheFirstThatEnds() throws Exception {
        begin(URGENT, 5);
        begin(NORMAL, 2);
        begin(LOW, 1);
        CompletableFuture<List<DeliveryClass>> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return calls.awaitAny();
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        });
        long before = calls.releases();

        calls.end(NORMAL);

        assertThat(waiting.get(10, TimeUnit.SECONDS)).containsExactly(NORMAL);
        assertThat(calls.releases()).isGreaterThan(before);
    }

    @Test
    void thatAllHaveEndedCanBeAwaited() throws Exception {
        begin(LOW, 1);
        assertThat(calls.awaitAtMost(0, Duration.ZERO)).isFalse();

        calls.end(LOW);

        assertThat(calls.awaitAtMost(0, Duration.ZERO)).isTrue();
        assertThat(calls.underWay()).isZero();
    }
}
