package dev.cachehandshake.publisher.publish;

import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.EndingWatch;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.HandshakeView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Waits for a handshake's end. Blocks its thread, which is a virtual one. Thread-safe. */
@Component
public class AwaitEnding {
    /** What a lost word of an ending costs at most. */
    private static final Duration SLICE = Duration.ofSeconds(1);

    private final HandshakeStore store;
    private final EndingWatch endings;
    private final Clock clock;
    private volatile boolean stopping;

    AwaitEnding(HandshakeStore store, EndingWatch endings, Clock clock) {
        this.store = store;
        this.endings = endings;
        this.clock = clock;
    }

    /**
     * The handshake once it has ended, or as it stands when the wait is over or the service stops; empty, at once, when nobody
     * knows it.
     *
     * @param wait zero to look once
     * @throws dev.cachehandshake.protocol.store.StoreUnavailableException when the referee does not answer
     */
    public Optional<HandshakeView> await(RevalidationId id, Duration wait) {
        if (wait.isZero()) {
            return store.find(id);
        }
        Instant end = clock.instant().plus(wait);
        // The watch before the look: an ending between the two is heard.
        try (EndingWatch.Watch watch = endings.watch(id)) {
            while (true) {
                Optional<HandshakeView> seen = store.find(id);
                Duration left = Duration.between(clock.instant(), end);
                if (seen.isEmpty() || seen.get().state().isTerminal() || stopping || !left.isPositive()) {
                    return seen;
                }
                watch.await(left.compareTo(SLICE) < 0 ? left : SLICE);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return store.find(id);
        }
    }

    /** Comes before the web server begins to wait for its last requests. */
    @EventListener(ContextClosedEvent.class)
    void stop() {
        stopping = true;
    }
}
