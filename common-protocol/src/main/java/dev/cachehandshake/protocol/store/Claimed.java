package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Lease;
import java.util.Optional;

/**
 * A handshake that is ours to deliver.
 *
 * @param attempts counted so far, this one included
 * @param lost how many leases on it have been lost; from 1 it is claimed with few others, from 2 alone
 * @param misses how many times in a row the site was out: not reached, or its pages not to be read
 * @param acceptedAtMs milliseconds of the Unix epoch, by the referee's clock
 * @param foreign whether it was adopted from a foreign publisher by this claim
 * @param deliveryClass as its publisher chose; empty for a foreign one, whose path decides
 * @param job the job's JSON, byte for byte as published
 * @param verifiesOnly whether another target makes the pages anew, in a cache that this one shares
 * @param target to deliver it to, of the request's roster or of the replicas that said hello
 */
public record Claimed(
        Lease lease,
        int attempts,
        int lost,
        int misses,
        long acceptedAtMs,
        long claimedAtMs,
        boolean foreign,
        Optional<DeliveryClass> deliveryClass,
        String job,
        String target,
        boolean verifiesOnly) {}
