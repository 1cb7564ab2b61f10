package dev.cachehandshake.worker.deploy;

import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.boot.DurationText;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.CatchUp;
import dev.cachehandshake.protocol.store.CaughtUp;
import dev.cachehandshake.protocol.store.DueDeployments;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.PublishOutcome;
import dev.cachehandshake.protocol.store.SiteHolds;
import dev.cachehandshake.protocol.store.StoreUnavailableException;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.loop.UnendingLoop;
import dev.cachehandshake.worker.replica.ChangedContent;
import dev.cachehandshake.worker.report.WorkerMetric;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at what holds the site, and ends the deployments that are over: first it publishes what changed since their builds began, then
 * it closes them. Whoever dies in between leaves it to be done again. Every worker does so; two at once publish nothing twice.
 */
public final class DeploymentLoop {
    private static final Logger log = LoggerFactory.getLogger(DeploymentLoop.class);

    /** A build may be given content that a cache of the CMS has kept, and clocks differ. */
    private static final Duration MARGIN = Duration.ofMinutes(5);

    private static final Duration WHILE_HELD = Duration.ofSeconds(1);
    private static final Duration OTHERWISE = Duration.ofSeconds(4);

    private final SiteHolds holds;
    private final HandshakeStore store;
    private final PathRules rules;
    private final CatchUpHandshakes handshakes;
    private final String site;
    private final UnendingLoop loop = new UnendingLoop("deployments", this::runOnce);

    /** As it was last seen; empty while nobody can know. */
    private volatile Optional<DueDeployments> seen = Optional.empty();

    public DeploymentLoop(
            SiteHolds holds,
            HandshakeStore store,
            PathRules rules,
            String site,
            TargetSettings.Protocol protocol,
            MeterRegistry meters) {
        this.holds = holds;
        this.store = store;
        this.rules = rules;
        this.handshakes = new CatchUpHandshakes(rules, protocol);
        this.site = site;
        gauge(meters, "pause", DueDeployments::heldByHand);
        gauge(meters, "deployment", DueDeployments::heldByDeployment);
    }

    public void start() {
        loop.start();
    }

    public void stop() {
        loop.stop();
    }

    private Duration runOnce() {
        try {
            DueDeployments look = holds.due(site);
            seen = Optional.of(look);
            endEach(look.due());
            return look.isHeld() ? WHILE_HELD : OTHERWISE;
        } catch (StoreUnavailableException away) {
            seen = Optional.empty();
            throw away;
        }
    }

    /** One that cannot be ended keeps no other one open. */
    private void endEach(List<DueDeployments.Due> due) {
        Optional<RuntimeException> first = Optional.empty();
        for (DueDeployments.Due deployment : due) {
            try {
                end(deployment);
            } catch (StoreUnavailableException away) {
                throw away;
            } catch (RuntimeException unforeseen) {
                log.error("deployment {} of site {} is not ended yet, and is tried again", deployment.id(), site);
                first = first.or(() -> Optional.of(unforeseen));
            }
        }
        first.ifPresent(unforeseen -> {
            throw unforeseen;
        });
    }

    private void end(DueDeployments.Due deployment) {
        CatchUp catchUp = holds.changes(site, deployment.since().minus(MARGIN), deployment.dueAt());
        switch (catchUp) {
            case CatchUp.Everything everything ->
                publishAndClose(deployment, handshakes.ofEverything(deployment), new CaughtUp(0, 0, true));
            case CatchUp.Changes changes -> {
                ChangedContent changed = ChangedContent.of(changes, rules);
                publishAndClose(
                        deployment,
                        handshakes.of(deployment, changed),
                        new CaughtUp(changed.pages().size(), changed.tags().size(), false));
            }
        }
    }

    private void publishAndClose(DueDeployments.Due deployment, List<Acceptance> all, CaughtUp caughtUp) {
        all.forEach(this::publish);
        holds.close(deployment, caughtUp)
                .ifPresent(closed -> log.info(
                        "deployment ended site={} deployment_id={} status={} held={} everything={} pages={} tags={}"
                                + " handshakes={}",
                        site,
                        deployment.id(),
                        closed.status().wireName(),
                        DurationText.of(closed.held().truncatedTo(ChronoUnit.SECONDS)),
                        caughtUp.everything(),
                        caughtUp.pages(),
                        caughtUp.tags(),
                        all.size()));
    }

    private void publish(Acceptance acceptance) {
        PublishOutcome outcome = store.publish(acceptance);
        if (outcome instanceof PublishOutcome.Conflict || outcome instanceof PublishOutcome.QueueFull) {
            // Nobody else makes such an id, and no bound was given. What is not published may not be closed.
            throw new IllegalStateException("not accepted: " + acceptance.job().id() + ", " + outcome);
        }
    }

    private void gauge(MeterRegistry meters, String by, Predicate<DueDeployments> isHeld) {
        Gauge.builder(
                        WorkerMetric.SITE_HELD.meterName(),
                        this,
                        it -> it.seen.map(look -> isHeld.test(look) ? 1.0 : 0.0).orElse(Double.NaN))
                .description(WorkerMetric.SITE_HELD.description())
                .tag("by", by)
                .register(meters);
    }
}
