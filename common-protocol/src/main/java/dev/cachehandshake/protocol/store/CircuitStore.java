package dev.cachehandshake.protocol.store;

import java.time.Duration;
import java.util.Optional;

/**
 * The breakers of the targets, one truth for all workers. Every method is one atomic step in Redis. Thread-safe.
 *
 * <p>Every method throws {@link StoreUnavailableException} when no answer came; the step may have happened.
 */
public interface CircuitStore {
    /**
     * A call of the target failed. The last of so many in a row opens the breaker, unless it is open.
     *
     * @param error how it failed; the reason, where it opens the breaker
     * @param most failures in a row that open it
     * @param openFor until it closes by itself
     */
    CircuitChange failed(Circuit circuit, String error, int most, Duration openFor);

    /** A call of the target went well: the count begins anew, and the breaker closes unless an operator has opened it. */
    CircuitChange ok(Circuit circuit);

    /** An operator opens it. Again with another end or reason: those count. */
    CircuitChange forceOpen(Circuit circuit, Optional<Duration> openFor, Optional<String> reason);

    /** An operator closes it, whatever has opened it; the count begins anew. */
    CircuitChange forceClosed(Circuit circuit);

    /** Changes nothing. */
    CircuitState read(Circuit circuit);
}
