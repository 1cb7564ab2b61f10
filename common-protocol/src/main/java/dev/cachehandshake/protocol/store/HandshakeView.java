package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A handshake as it stands. Times are milliseconds of the Unix epoch, by the referee's clock.
 *
 * @param deliveryClass as its publisher chose; empty for a foreign one, and one from before there were classes
 * @param misses how many times in a row the site was out: not reached, or its pages not to be read
 * @param refusedPaths as JSON; empty when none was refused
 * @param replayOf the failed one whose job this delivers again
 * @param replayedBy the latest replay of this one
 * @param fannedOut whether it is, or was, delivered to several targets at once
 * @param targets left out in a list
 * @param job its JSON; gone once it has completed, and left out in a list
 */
public record HandshakeView(
        RevalidationId id,
        HandshakeState state,
        Phase phase,
        String site,
        String type,
        String slug,
        Optional<String> version,
        Optional<String> action,
        Optional<DeliveryClass> deliveryClass,
        int attempts,
        int lost,
        int misses,
        long epoch,
        long acceptedAtMs,
        OptionalLong claimedAtMs,
        OptionalLong acknowledgedAtMs,
        OptionalLong finishedAtMs,
        OptionalLong nextLookAtMs,
        Optional<Freshness> freshness,
        Optional<String> coveredBy,
        Optional<FailureReason> failure,
        Optional<String> lastError,
        OptionalLong lastErrorAtMs,
        Optional<String> refusedPaths,
        Optional<String> replayOf,
        Optional<String> replayedBy,
        boolean fannedOut,
        List<TargetProgress> targets,
        Optional<String> job) {
    public HandshakeView {
        targets = List.copyOf(targets);
    }

    /**
     * How far one target has come.
     *
     * @param status accepted, fresh, unproven, stale, rejected, failed, not-reached or simulated; with several targets also
     *     waiting (not answered yet) or gone (no target any more)
     * @param pages what the site saw of each page, as JSON
     * @param error its last one, where there are several targets
     */
    public record TargetProgress(
            String name,
            String status,
            OptionalLong settledAtMs,
            Optional<String> replica,
            Optional<String> buildId,
            Optional<String> pages,
            Optional<String> error) {}
}
