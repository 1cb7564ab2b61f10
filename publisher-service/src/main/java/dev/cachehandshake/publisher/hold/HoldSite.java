package dev.cachehandshake.publisher.hold;

import dev.cachehandshake.protocol.store.DeploymentOutcome;
import dev.cachehandshake.protocol.store.DeploymentWord;
import dev.cachehandshake.protocol.store.PauseOutcome;
import dev.cachehandshake.protocol.store.SiteHolds;
import dev.cachehandshake.protocol.store.SiteStanding;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Tells the referee what holds a site, and the log what came of it. Thread-safe.
 *
 * <p>Every method throws {@link dev.cachehandshake.protocol.store.StoreUnavailableException} when it is not known whether it
 * happened.
 */
@Component
public final class HoldSite {
    private static final Logger log = LoggerFactory.getLogger(HoldSite.class);

    private final SiteHolds holds;

    HoldSite(SiteHolds holds) {
        this.holds = holds;
    }

    public PauseOutcome pause(String site, ReadPause.Understood pause) {
        PauseOutcome outcome = holds.pause(site, pause.reason(), pause.until());
        if (outcome instanceof PauseOutcome.Done) {
            log.info(
                    "site paused site={} until={} reason=\"{}\"",
                    site,
                    pause.until().map(Instant::toString).orElse("-"),
                    pause.reason());
        }
        return outcome;
    }

    public PauseOutcome resume(String site) {
        PauseOutcome outcome = holds.resume(site);
        if (outcome instanceof PauseOutcome.Done) {
            log.info("site resumed site={}", site);
        }
        return outcome;
    }

    public DeploymentOutcome tell(String site, ReadDeployment.Understood word) {
        DeploymentOutcome outcome =
                holds.tell(new DeploymentWord(site, word.id(), word.status(), word.timeout(), word.buildStartedAt()));
        String told = word.status().wireName();
        switch (outcome) {
            case DeploymentOutcome.Taken taken ->
                log.info(
                        "deployment {} site={} deployment_id={} build_started_at={} held_until={}",
                        told,
                        site,
                        word.id(),
                        taken.standing().since(),
                        taken.standing().until().map(Instant::toString).orElse("-"));
            case DeploymentOutcome.Ignored ignored ->
                log.warn(
                        "deployment {} came late and is ignored site={} deployment_id={} status={}",
                        told,
                        site,
                        word.id(),
                        ignored.standing().status().wireName());
            case DeploymentOutcome.Already again -> log.debug("deployment {} told again: {}", told, word.id());
            case DeploymentOutcome.Blocked blocked -> log.debug("deployment {} blocked: {}", told, blocked.keys());
        }
        return outcome;
    }

    public SiteStanding standing(String site) {
        return holds.standing(site);
    }
}
