package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.RevalidationId;
import java.util.Optional;

/**
 * The end of a handshake, as one line for the log and one figure for the histogram.
 *
 * @param durationMs from accepted to ended, by the referee's clock
 */
public record Ending(
        RevalidationId id,
        HandshakeState state,
        Optional<Freshness> freshness,
        Optional<FailureReason> failure,
        int attempts,
        long epoch,
        long durationMs,
        String site,
        String type,
        String slug,
        Optional<String> version,
        Optional<String> error) {}
