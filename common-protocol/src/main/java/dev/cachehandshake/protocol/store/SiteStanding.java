package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.DeploymentStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a site stands.
 *
 * @param holds what holds it now, the first to end first; at most 20
 * @param deployments the latest first; at most 20
 */
public record SiteStanding(List<Hold> holds, List<Deployment> deployments) {
    public SiteStanding {
        holds = List.copyOf(holds);
        deployments = List.copyOf(deployments);
    }

    public boolean isHeld() {
        return !holds.isEmpty();
    }

    /** Empty while the site is not held, or held until somebody ends it by hand. */
    public Optional<Instant> heldUntil() {
        return holds.isEmpty() ? Optional.empty() : holds.getLast().until();
    }

    /**
     * One thing that holds the site.
     *
     * @param by a pause, a deployment, or what another hand has written there
     * @param deploymentId where a deployment does
     * @param until empty: until it is ended by hand
     */
    public record Hold(
            String by,
            Optional<String> deploymentId,
            Optional<Instant> since,
            Optional<Instant> until,
            Optional<String> reason) {}

    /**
     * @param since when its build began to read content, as far as is known
     * @param startedAt when it was first heard of
     * @param until when it lets its site go at the latest; empty once it has ended
     * @param caughtUp what was delivered once more; empty before its end
     */
    public record Deployment(
            String id,
            DeploymentStatus status,
            Optional<Instant> since,
            Optional<Instant> startedAt,
            Optional<Instant> until,
            Optional<Instant> endedAt,
            Optional<CaughtUp> caughtUp) {}
}
