package dev.cachehandshake.publisher.publish;

import java.time.Duration;
import java.util.Optional;

/** What became of reading an order to the breaker of a target. */
public sealed interface ReadCircuitOrder {
    /**
     * The target is not to be called.
     *
     * @param openFor empty when until it is closed by hand
     */
    record Open(Optional<Duration> openFor, Optional<String> reason) implements ReadCircuitOrder {}

    /** The target is to be called. */
    record Closed(Optional<String> reason) implements ReadCircuitOrder {}

    record NotUnderstood(ReadUpdate.NotUnderstood why) implements ReadCircuitOrder {}
}
