package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.HandshakeState;
import java.time.Duration;
import java.util.Map;

/**
 * How many there are.
 *
 * @param byState open ones now; ended ones since the Redis was new
 * @param waiting elements in the lists, by class
 * @param scheduled handshakes that wait for a moment: a lease's end, a retry, a callback
 * @param oldestWaiting age of the handshake at the head of the lists, by class; zero when none waits or its age is unknown
 */
public record Census(
        Map<HandshakeState, Long> byState,
        Map<DeliveryClass, Long> waiting,
        long scheduled,
        long poison,
        Map<DeliveryClass, Duration> oldestWaiting) {
    public Census {
        byState = Map.copyOf(byState);
        waiting = Map.copyOf(waiting);
        oldestWaiting = Map.copyOf(oldestWaiting);
    }
}
