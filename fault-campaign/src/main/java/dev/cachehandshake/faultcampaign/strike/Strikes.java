package dev.cachehandshake.faultcampaign.strike;

import dev.cachehandshake.faultcampaign.deployment.Deployment;
import dev.cachehandshake.faultcampaign.faults.Fault;
import dev.cachehandshake.faultcampaign.faults.FaultKind;
import dev.cachehandshake.faultcampaign.faults.Schedule;
import dev.cachehandshake.faultcampaign.history.History;
import dev.cachehandshake.faultcampaign.site.PlayedSite;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** Carries a schedule out: the faults of one part one after the other, those of different parts side by side. */
public final class Strikes implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> parts = new ArrayList<>();

    private record Numbered(int number, Fault fault) {}

    public Strikes(Schedule schedule, Deployment deployment, PlayedSite site, History history) {
        Striking striking = new Striking(deployment, site, history);
        long begun = System.nanoTime();
        Map<FaultKind.Part, List<Numbered>> byPart = new EnumMap<>(FaultKind.Part.class);
        for (int i = 0; i < schedule.faults().size(); i++) {
            Fault fault = schedule.faults().get(i);
            byPart.computeIfAbsent(fault.kind().part(), part -> new ArrayList<>())
                    .add(new Numbered(i, fault));
        }
        byPart.values()
                .forEach(faults -> parts.add(threads.submit(() -> {
                    for (Numbered next : faults) {
                        long startsAt = begun + next.fault().startsAt().toNanos();
                        for (long left = startsAt - System.nanoTime(); left > 0; left = startsAt - System.nanoTime()) {
                            LockSupport.parkNanos(left);
                        }
                        striking.strike(next.number(), next.fault());
                    }
                    return null;
                })));
    }

    /** Returns when all is mended. */
    public void await() throws InterruptedException, ExecutionException {
        for (Future<?> part : parts) {
            part.get();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
