package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.HandshakeState;
import java.time.Duration;
import java.util.Map;

/**
 * How many there are.
 *
 * @param byState open ones now; ended ones since the Redis was new
 * @param waiting elements in the lists
 * @param scheduled handshakes that wait for a moment: a lease's end, a retry, a callback
 * @param oldestWaiting age of the handshake at the head of the lists; zero when none waits or its age is unknown
 */
public record Census(
        Map<HandshakeState, Long> byState, long waiting, long scheduled, long poison, Duration oldestWaiting) {
    public Census {
        byState = Map.copyOf(byState);
    }
}
