package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.RevalidationId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * @param ghosts elements that were dropped because their handshake was not waiting any more
 * @param looked how many elements were taken from the lists; 0 means that there was nothing
 * @param vanished legs whose handshake somebody has deleted, or let expire
 * @param deliveryClass of all that were claimed; empty when nothing was looked at
 * @param beside leased too, and to be given back or settled as covered: the worker says which
 * @param idleFor how long there is nothing to do, because the site is held or its targets' breakers are open
 * @param breakers by target, of those with failed calls or an open one
 * @param endings of handshakes whose last open target is not there any more
 */
public record Claim(
        List<Claimed> handshakes,
        int ghosts,
        List<Poison> poison,
        int looked,
        List<Ending> endings,
        List<String> vanished,
        Optional<DeliveryClass> deliveryClass,
        List<Beside> beside,
        Optional<Duration> idleFor,
        Map<String, CircuitState> breakers) {
    public Claim {
        beside = List.copyOf(beside);
        breakers = Map.copyOf(breakers);
        handshakes = List.copyOf(handshakes);
        poison = List.copyOf(poison);
        endings = List.copyOf(endings);
        vanished = List.copyOf(vanished);
    }

    /**
     * An element that is no job; it lies in {@code revalidation:poison}.
     *
     * @param excerpt its first characters
     */
    public record Poison(String reason, String excerpt) {}

    /**
     * Accepted before a claimed one, for the same page, and not delivered yet.
     *
     * @param by the claimed one
     */
    public record Beside(Lease lease, RevalidationId by, String job) {}
}
