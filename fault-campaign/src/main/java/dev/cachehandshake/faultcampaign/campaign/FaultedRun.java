package dev.cachehandshake.faultcampaign.campaign;

import dev.cachehandshake.faultcampaign.deployment.Deployment;
import dev.cachehandshake.faultcampaign.faults.FaultKind;
import dev.cachehandshake.faultcampaign.faults.Schedule;
import dev.cachehandshake.faultcampaign.history.Event;
import dev.cachehandshake.faultcampaign.history.History;
import dev.cachehandshake.faultcampaign.load.LoadPlan;
import dev.cachehandshake.faultcampaign.load.Publishing;
import dev.cachehandshake.faultcampaign.load.StateWatch;
import dev.cachehandshake.faultcampaign.site.PlayedSite;
import dev.cachehandshake.faultcampaign.strike.Strikes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** One run: load, faults, calm, until everything has ended. */
final class FaultedRun {
    /** Over which the load is spread; the last fault starts in its midst. */
    private static final Duration LOAD = Duration.ofSeconds(5);

    /** Within which everything is taken, once all is mended. */
    private static final Duration TAKEN_WITHIN = Duration.ofSeconds(30);

    /** Within which everything ends, once all is mended and taken. */
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(45);

    private final Schedule schedule;
    private final LoadPlan plan;
    private final Deployment deployment;

    /** @param prefix begins the ids of this run, and of no other on that deployment */
    FaultedRun(Schedule schedule, String prefix, int events, Deployment deployment) {
        this.schedule = schedule;
        this.plan = LoadPlan.of(schedule.seed(), prefix, events, LOAD);
        this.deployment = deployment;
    }

    /** @return what was seen, in the order of time */
    List<Event> perform() throws InterruptedException, ExecutionException {
        // What is to be killed is whole before; of the rest, enough to work with: JVMs take their time to start.
        deployment.awaitReady(
                Deployment.PUBLISHERS, breaks(FaultKind.Part.PUBLISHER) ? Deployment.PUBLISHERS.size() : 1);
        deployment.awaitReady(Deployment.WORKERS, breaks(FaultKind.Part.WORKER) ? Deployment.WORKERS.size() : 2);
        History history = new History();
        PlayedSite site = new PlayedSite(schedule.seed(), Deployment.PATIENCE, history);
        deployment.site().play(site);
        deployment.site().watchedBy(site);
        try (StateWatch watch = new StateWatch(deployment.publisherApi(), history);
                Strikes strikes = new Strikes(schedule, deployment, site, history)) {
            Publishing publishing = new Publishing(plan, deployment.publisherApi(), history, update -> {
                site.save(update);
                watch.over(update.id());
            });
            strikes.await();
            publishing.await(TAKEN_WITHIN);
            history.add(Event.Calm::new);
            watch.awaitEnds(ENDS_WITHIN);
            watch.lastLook();
            site.showPages();
        }
        return history.events();
    }

    private boolean breaks(FaultKind.Part part) {
        return schedule.faults().stream().anyMatch(fault -> fault.kind().part() == part);
    }
}
