package dev.cachehandshake.protocol.store;

import java.util.List;

/**
 * @param ghosts elements that were dropped because their handshake was not waiting any more
 * @param looked how many elements were taken from the lists; 0 means that there was nothing
 * @param endings of handshakes whose last open target is not there any more
 */
public record Claim(List<Claimed> handshakes, int ghosts, List<Poison> poison, int looked, List<Ending> endings) {
    public Claim {
        handshakes = List.copyOf(handshakes);
        poison = List.copyOf(poison);
        endings = List.copyOf(endings);
    }

    /**
     * An element that is no job; it lies in {@code revalidation:poison}.
     *
     * @param excerpt its first characters
     */
    public record Poison(String reason, String excerpt) {}
}
