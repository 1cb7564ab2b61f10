package dev.cachehandshake.protocol;

/**
 * A worker's right to settle one handshake. The epoch alone would not do: a Redis that lost its last writes can hand out
 * the same epoch twice, so each claim also brings its own nonce.
 *
 * @param epoch how many times the handshake has been claimed, this one included; from 1
 * @param nonce minted by the claimer, one a claim
 */
public record Lease(RevalidationId id, long epoch, String nonce) {
    public Lease {
        if (epoch < 1 || nonce.isEmpty()) {
            throw new IllegalArgumentException("a lease has an epoch from 1 and a nonce");
        }
    }
}
