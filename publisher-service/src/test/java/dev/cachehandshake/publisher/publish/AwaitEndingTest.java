package dev.cachehandshake.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.ClaimRequest;
import dev.cachehandshake.protocol.store.EndingWatch;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.publisher.RunningPublisher;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class AwaitEndingTest extends RunningPublisher {
    private static final RevalidationId ID = new RevalidationId("r-1");
    private static final Duration LONG = Duration.ofSeconds(50);

    @Autowired
    private HandshakeStore store;

    @Autowired
    private Clock clock;

    private final CountDownLatch waits = new CountDownLatch(1);
    private AwaitEnding awaiting;
    private CompletableFuture<Optional<HandshakeView>> waiter;

    @BeforeEach
    void somebodyWaitsWhoHearsNothing() throws InterruptedException {
        post("{\"type\":\"post\",\"slug\":\"hello\",\"revalidation_id\":\"r-1\"}");
        awaiting = new AwaitEnding(store, id -> new DeafWatch(), clock);
        waiter = CompletableFuture.supplyAsync(() -> awaiting.await(ID, LONG));
        assertThat(waits.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anEndingThatNobodyHeardOfIsSeenSoonAllTheSame() throws Exception {
        // when the handshake ends
        var lease = store.claim(new ClaimRequest(
                        "nonce",
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(60),
                        1,
                        Optional.empty(),
                        Roster.of("nextjs")))
                .handshakes()
                .getFirst()
                .lease();
        store.settle(List.of(new Settlement(lease, "nextjs", new Settlement.Simulated())));

        // then
        assertThat(waiter.get(10, TimeUnit.SECONDS).orElseThrow().state()).isEqualTo(HandshakeState.SIMULATED);
    }

    @Test
    void aServiceThatStopsKeepsNobodyWaiting() throws Exception {
        // when
        awaiting.stop();

        // then
        assertThat(waiter.get(10, TimeUnit.SECONDS).orElseThrow().state()).isEqualTo(HandshakeState.PENDING);
    }

    /** Redis said it, and the word was lost on the way. */
    private final class DeafWatch implements EndingWatch.Watch {
        @Override
        public boolean await(Duration atMost) throws InterruptedException {
            waits.countDown();
            return new CountDownLatch(1).await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void close() {}
    }
}
