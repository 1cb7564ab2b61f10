package dev.cachehandshake.protocol.boot;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.store.Acceptance;
import java.time.Duration;
import java.util.Optional;

/**
 * How the handshakes of a class are delivered.
 *
 * @param weight how often it is asked first, beside the weights of the other classes
 * @param concurrency calls at a time, of each worker to each target
 * @param timeout of a whole call
 * @param attempts deliveries that may fail
 * @param backoff before the second attempt at most, doubled with each further one; empty where it is as that of all
 * @param quiet whether an edit waits for its page to be quiet
 */
public record Strategy(
        DeliveryClass deliveryClass,
        int weight,
        int concurrency,
        Duration timeout,
        int attempts,
        Optional<Duration> backoff,
        Optional<Acceptance.Quiet> quiet) {}
