package dev.cachehandshake.faultcampaign.campaign;

import dev.cachehandshake.faultcampaign.deployment.Deployment;
import dev.cachehandshake.faultcampaign.faults.Fault;
import dev.cachehandshake.faultcampaign.faults.Schedule;
import dev.cachehandshake.faultcampaign.history.Event;
import dev.cachehandshake.faultcampaign.verdict.Judge;
import dev.cachehandshake.faultcampaign.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Runs of one seed, one after the other on processes that are kept, until one of them breaks a promise. */
final class Campaign implements AutoCloseable {
    private final long seed;
    private final int events;
    private final Path home;
    private final Path directory;
    private final CampaignFile file;
    private final Consumer<String> out;
    private final CampaignProcesses processes;
    private final Map<Boolean, Deployment> deployments = new HashMap<>();

    /**
     * @param events updates a run
     * @param home the project's root
     * @param directory where the file of its runs, logs and evidence go; for this campaign alone
     */
    Campaign(long seed, int events, Path home, Path directory, Consumer<String> out) {
        this.seed = seed;
        this.events = events;
        this.home = home;
        this.directory = directory;
        this.file = new CampaignFile(directory, seed);
        this.out = out;
        this.processes = CampaignProcesses.in(directory);
    }

    /** Does the runs up to that one which are not done yet; answers whether every promise was kept in all of them. */
    boolean runUpTo(int runs) throws InterruptedException, IOException, ExecutionException {
        Map<Integer, RunLine> done = file.read();
        long known = done.keySet().stream().filter(run -> run <= runs).count();
        if (known > 0) {
            out.accept("going on: " + known + " of " + runs + " runs are in " + file.path());
        }
        for (int run = 1; run <= runs; run++) {
            RunLine before = done.get(run);
            if (before == null || !before.verdict().isClean()) {
                RunLine line = run(run);
                file.append(line);
                done.put(run, line);
                if (!line.verdict().isClean()) {
                    break;
                }
            }
        }
        List<RunLine> all =
                done.values().stream().filter(line -> line.run() <= runs).toList();
        out.accept(Summary.of(all));
        return all.stream().allMatch(line -> line.verdict().isClean());
    }

    /** Does that very run, whether or not it is done, and keeps no account of it. */
    boolean runOnly(int run) throws InterruptedException, IOException, ExecutionException {
        RunLine line = run(run);
        out.accept(Summary.of(List.of(line)));
        return line.verdict().isClean();
    }

    @Override
    public void close() {
        deployments.values().forEach(Deployment::close);
        processes.close();
    }

    private RunLine run(int run) throws InterruptedException, IOException, ExecutionException {
        Schedule schedule = Schedule.of(seed, run);
        Deployment deployment = deployment(schedule.sentinel());
        deployment.logs().clear();
        long begun = System.nanoTime();
        List<Event> history = new FaultedRun(schedule, "r" + run, events, deployment).perform();
        long took = Duration.ofNanos(System.nanoTime() - begun).toMillis();
        deployment.requireAlive();
        // Those that took the place of killed ones too.
        processes.note();
        Verdict verdict = Judge.judge(history, Deployment.ATTEMPTS, Deployment.PATIENCE);
        out.accept(told(run, schedule, verdict, took));
        if (!verdict.isClean()) {
            Path kept = new Evidence(directory.resolve("violations").resolve("seed-" + seed))
                    .keep(
                            run,
                            schedule,
                            history,
                            verdict.violations(),
                            deployment.logs().directory());
            out.accept("VIOLATED in run " + run + " of seed " + seed + ":");
            out.accept(Evidence.show(verdict.violations(), history));
            out.accept("  " + schedule);
            out.accept("  history and logs: " + kept);
            out.accept("  again: ./handshake chaos --seed " + seed + " --run " + run);
        }
        return new RunLine(run, schedule.seed(), took, verdict);
    }

    private Deployment deployment(boolean sentinel) throws IOException, InterruptedException {
        Deployment known = deployments.get(sentinel);
        if (known == null) {
            known = Deployment.start(sentinel, home, directory.resolve(sentinel ? "sentinel" : "one-redis"));
            deployments.put(sentinel, known);
            processes.note();
            if (!sentinel && known.fakeTime().isEmpty()) {
                out.accept(
                        "libfaketime is not installed (Debian: apt install libfaketime): it is the site's clock alone that"
                                + " goes wrong");
            }
        }
        return known;
    }

    private static String told(int run, Schedule schedule, Verdict verdict, long took) {
        return String.format(
                Locale.ROOT,
                "run %3d  %4d updates, %d mid-flight, %d deliveries, %d duplicates, %d failed, %5.1f s  %s  %s",
                run,
                verdict.events(),
                verdict.midFlight(),
                verdict.deliveries(),
                verdict.duplicates(),
                verdict.failed(),
                took / 1e3,
                verdict.isClean() ? "ok" : "VIOLATED",
                schedule.faults().stream().map(Campaign::words).collect(Collectors.joining(", ")));
    }

    private static String words(Fault fault) {
        return fault.kind().words();
    }
}
