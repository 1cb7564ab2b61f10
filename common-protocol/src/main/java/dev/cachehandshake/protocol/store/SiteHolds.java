package dev.cachehandshake.protocol.store;

import java.time.Instant;
import java.util.Optional;

/**
 * What holds sites: while anything does, nothing of the site is claimed. Each method is one atomic step; running it twice or late
 * changes nothing that has moved on. Thread-safe.
 *
 * <p>Every method throws {@link StoreUnavailableException} when the answer did not come; the step may then have happened all the
 * same.
 */
public interface SiteHolds {
    /**
     * Holds the site by hand. A pause of a paused site puts the new reason and end in the place of the old ones.
     *
     * @param until empty: until {@link #resume}
     */
    PauseOutcome pause(String site, String reason, Optional<Instant> until);

    /** Ends the pause of the site; what else holds it goes on doing so. */
    PauseOutcome resume(String site);

    /** A deploy said how far it is. */
    DeploymentOutcome tell(DeploymentWord word);

    /** What holds the site now, and its latest deployments. */
    SiteStanding standing(String site);

    /** What holds the site now, and the deployments that are to be closed. */
    DueDeployments due(String site);

    /** What changed on the site from one moment to another, both included. */
    CatchUp changes(String site, Instant since, Instant until);

    /** Ends a deployment that was caught up with; empty when something was heard of it meanwhile, or another worker was faster. */
    Optional<ClosedDeployment> close(DueDeployments.Due deployment, CaughtUp caughtUp);
}
