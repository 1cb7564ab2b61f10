package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.DeploymentStatus;
import dev.cachehandshake.protocol.store.CaughtUp;
import dev.cachehandshake.protocol.store.DeploymentOutcome;
import dev.cachehandshake.protocol.store.DeploymentWord;
import dev.cachehandshake.protocol.store.DeploymentWord.Kind;
import dev.cachehandshake.protocol.store.DueDeployments;
import dev.cachehandshake.protocol.store.SiteHolds;
import dev.cachehandshake.protocol.store.SiteStanding;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the tests of deployments share: short words for what deploys say, and for what a worker sees of them. */
abstract class DeploymentsContract extends RefereeContract {
    static final String HOLDS = "revalidation:holds:default";
    static final String DETAILS = "revalidation:hold:default:deployment:d1";
    static final String LIST = "revalidation:deployments:default";
    static final Duration TAKES = Duration.ofMinutes(15);
    static final Duration MINUTE = Duration.ofMinutes(1);
    static final CaughtUp NOTHING = new CaughtUp(0, 0, false);

    final SiteHolds holds =
            new LettuceSiteHolds(SERVER.connection(), RefereeTime.of(clock), Retention.DEFAULT, new OutageLog());

    DeploymentOutcome tell(Kind kind) {
        return tell("d1", kind, Optional.empty());
    }

    DeploymentOutcome tell(String id, Kind kind, Optional<Instant> buildBegan) {
        return holds.tell(new DeploymentWord("default", id, kind, TAKES, buildBegan));
    }

    List<DueDeployments.Due> due() {
        return holds.due("default").due();
    }

    DueDeployments.Due onlyDue() {
        assertThat(due()).hasSize(1);
        return due().getFirst();
    }

    boolean isHeld() {
        return holds.standing("default").isHeld();
    }

    SiteStanding.Deployment shown() {
        return holds.standing("default").deployments().getFirst();
    }

    static DeploymentOutcome.Standing standing(DeploymentStatus status, Instant since, Instant until) {
        return new DeploymentOutcome.Standing(status, since, Optional.of(until));
    }

    static DeploymentOutcome.Standing ended(DeploymentStatus status, Instant since) {
        return new DeploymentOutcome.Standing(status, since, Optional.empty());
    }
}
