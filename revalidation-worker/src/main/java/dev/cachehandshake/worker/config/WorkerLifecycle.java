package dev.cachehandshake.worker.config;

import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.boot.DurationText;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.StoreUnavailableException;
import dev.cachehandshake.worker.claim.ClaimLoop;
import dev.cachehandshake.worker.deliver.LeaseKeeper;
import dev.cachehandshake.worker.deliver.TargetCircuits;
import dev.cachehandshake.worker.deploy.DeploymentLoop;
import dev.cachehandshake.worker.report.WideLine;
import dev.cachehandshake.worker.rescue.SweepLoop;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the loops once the callback endpoint listens, and stops them before it closes: deliveries under way may still be
 * called back, and what does not end in time is handed back to other workers.
 */
public final class WorkerLifecycle implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(WorkerLifecycle.class);

    private final ClaimLoop claims;
    private final LeaseKeeper leases;
    private final SweepLoop sweeps;
    private final DeploymentLoop deployments;
    private final TargetCircuits circuits;
    private final HandshakeStore store;
    private final WorkerSettings settings;
    private volatile boolean running;

    WorkerLifecycle(
            ClaimLoop claims,
            LeaseKeeper leases,
            SweepLoop sweeps,
            DeploymentLoop deployments,
            TargetCircuits circuits,
            HandshakeStore store,
            WorkerSettings settings) {
        this.claims = claims;
        this.leases = leases;
        this.sweeps = sweeps;
        this.deployments = deployments;
        this.circuits = circuits;
        this.store = store;
        this.settings = settings;
    }

    @Override
    public void start() {
        log.info(settings.modeInWords());
        if (!settings.knowsAppEnv()) {
            log.warn(
                    "APP_ENV is \"{}\", which is none of {} and changes nothing: for a dry run it has to be preview",
                    WideLine.oneLine(settings.appEnv()),
                    String.join(", ", WorkerSettings.KNOWN_ENVIRONMENTS));
        }
        leases.start();
        sweeps.start();
        deployments.start();
        circuits.start();
        claims.start();
        running = true;
    }

    @Override
    public void stop() {
        sweeps.stop();
        deployments.stop();
        circuits.stop();
        claims.claimNoMore();
        running = false;
        try {
            claims.awaitDeliveries(settings.stopGrace());
        } catch (InterruptedException cutShort) {
            Thread.currentThread().interrupt();
        }
        leases.stop();
        handBack(leases.held());
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** The last to start and the first to stop. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }

    private void handBack(List<Lease> held) {
        if (held.isEmpty()) {
            return;
        }
        leases.letGo(held);
        try {
            int returned = store.handBack(held).size();
            log.info(
                    "stopping: {} deliveries did not end within {} and were handed back",
                    returned,
                    DurationText.of(settings.stopGrace()));
        } catch (StoreUnavailableException away) {
            log.warn("stopping: {} leases could not be handed back and run out by themselves", held.size());
        }
    }
}
