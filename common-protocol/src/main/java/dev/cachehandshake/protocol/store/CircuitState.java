package dev.cachehandshake.protocol.store;

import java.time.Duration;
import java.util.Optional;

/** How the breaker of a target stands, to all workers alike. */
public sealed interface CircuitState {
    /** Calls in a row that failed, of all workers; forgotten an hour after the last. */
    int failures();

    /** The target is called. */
    record Closed(int failures) implements CircuitState {}

    /**
     * Too many calls in a row failed: nothing is claimed for the target but one handshake now and then, to find out.
     *
     * @param left until it closes by itself; empty where somebody has written the key without an end
     * @param reason how the last of those calls failed; empty where that is not known
     * @param probe whether whoever is told holds the one handshake whose call finds out; only a claim says so
     */
    record Open(int failures, Optional<Duration> left, Optional<String> reason, boolean probe)
            implements CircuitState {}

    /**
     * An operator has opened it: the target is not called at all, and no call that goes well closes it.
     *
     * @param left until it closes by itself; empty when only an operator closes it
     */
    record Forced(int failures, Optional<Duration> left, Optional<String> reason) implements CircuitState {}

    default boolean isOpen() {
        return !(this instanceof Closed);
    }
}
