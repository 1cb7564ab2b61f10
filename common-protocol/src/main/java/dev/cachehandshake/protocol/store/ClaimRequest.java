package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Job;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * @param nonce new for each claim
 * @param lease how long the claimed ones are held, unless renewed
 * @param hold the hard end of the lease, however often it is renewed
 * @param limit how many at most, from 1
 * @param popped what BLPOP took, to be claimed first
 * @param classes to take from, of which the first that has something is taken from; all handshakes of a claim are of one class
 * @param site whose deliveries it makes: nothing is claimed while they are held
 * @param probeEvery how often one call of all workers may try a target whose breaker is open
 * @param roster the site's targets, one at least: with two or more each handshake is claimed once a target
 */
public record ClaimRequest(
        String nonce,
        Duration lease,
        Duration hold,
        int limit,
        Optional<Popped> popped,
        List<DeliveryClass> classes,
        String site,
        Duration probeEvery,
        Roster roster) {
    public ClaimRequest {
        classes = List.copyOf(classes);
        if (limit < 1 || lease.isNegative() || lease.isZero() || hold.compareTo(lease) < 0) {
            throw new IllegalArgumentException(
                    "a claim takes at least one, for a lease that ends before its hold does");
        }
    }

    private static final Duration PROBE_EVERY = Duration.ofSeconds(5);

    /** Of any class, the more urgent first, for the default site. */
    public ClaimRequest(
            String nonce, Duration lease, Duration hold, int limit, Optional<Popped> popped, Roster roster) {
        this(nonce, lease, hold, limit, popped, List.of(DeliveryClass.values()), Job.DEFAULT_SITE, PROBE_EVERY, roster);
    }
}
