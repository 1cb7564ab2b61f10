package dev.cachehandshake.protocol.store;

import java.time.Duration;
import java.util.Optional;

/**
 * @param nonce new for each claim
 * @param lease how long the claimed ones are held, unless renewed
 * @param hold the hard end of the lease, however often it is renewed
 * @param limit how many at most, from 1
 * @param popped what BLPOP took, to be claimed first
 * @param roster the site's targets, one at least: with two or more each handshake is claimed once a target
 */
public record ClaimRequest(
        String nonce, Duration lease, Duration hold, int limit, Optional<Popped> popped, Roster roster) {
    public ClaimRequest {
        if (limit < 1 || lease.isNegative() || lease.isZero() || hold.compareTo(lease) < 0) {
            throw new IllegalArgumentException(
                    "a claim takes at least one, for a lease that ends before its hold does");
        }
    }
}
