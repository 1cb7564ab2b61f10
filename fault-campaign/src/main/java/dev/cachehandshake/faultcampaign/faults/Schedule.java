package dev.cachehandshake.faultcampaign.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What is broken in one run, and when. A pure function of the campaign's seed and the run's number.
 *
 * @param seed of this very run: the load and the site's moods are drawn from it too
 * @param sentinel whether the run is on a Redis behind Sentinels
 * @param faults in the order of their start
 */
public record Schedule(long seed, boolean sentinel, List<Fault> faults) {
    /** One turn of these, over and over, so that each kind comes often; a failover is on a deployment of its own, and so comes in no other turn. */
    private static final List<FaultKind> TURN = List.of(
            FaultKind.WORKER_KILLED,
            FaultKind.REDIS_KILLED,
            FaultKind.WORKER_FROZEN,
            FaultKind.FAILOVER,
            FaultKind.CONNECTIONS_CUT,
            FaultKind.REDIS_FULL,
            FaultKind.PUBLISHER_KILLED,
            FaultKind.WORKER_KILLED,
            FaultKind.CLOCK_OFF,
            FaultKind.REDIS_PAUSED,
            FaultKind.SITE_AWAY,
            FaultKind.FAILOVER,
            FaultKind.SLOW_NETWORK);

    private static final Set<FaultKind> ON_SENTINEL = EnumSet.of(
            FaultKind.WORKER_KILLED, FaultKind.WORKER_FROZEN, FaultKind.PUBLISHER_KILLED, FaultKind.SITE_AWAY);
    private static final Set<FaultKind> ON_ONE_REDIS = EnumSet.complementOf(EnumSet.of(FaultKind.FAILOVER));

    private static final int MOST_MORE = 2;
    private static final int STARTS_FROM_MS = 500;
    private static final int STARTS_TO_MS = 3_200;

    public Schedule {
        faults = List.copyOf(faults);
    }

    /** @param run from 1 */
    public static Schedule of(long campaignSeed, int run) {
        // Mixed, so that neighbouring seeds and runs have nothing in common.
        long seed = new SplittableRandom(new SplittableRandom(campaignSeed).nextLong() + run).nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        FaultKind first = TURN.get((run - 1) % TURN.size());
        boolean sentinel = first == FaultKind.FAILOVER;
        List<FaultKind> possible = List.copyOf(sentinel ? ON_SENTINEL : ON_ONE_REDIS);
        List<Fault> faults = new ArrayList<>();
        faults.add(fault(first, random));
        int more = random.nextInt(MOST_MORE + 1);
        for (int i = 0; i < more; i++) {
            faults.add(fault(possible.get(random.nextInt(possible.size())), random));
        }
        faults.sort(Comparator.comparing(Fault::startsAt));
        return new Schedule(seed, sentinel, faults);
    }

    private static Fault fault(FaultKind kind, SplittableRandom random) {
        Duration startsAt = Duration.ofMillis(random.nextInt(STARTS_FROM_MS, STARTS_TO_MS));
        Duration lasts = Duration.ofMillis(lasts(kind, random));
        return new Fault(kind, startsAt, lasts, random.nextInt(1_000));
    }

    private static int lasts(FaultKind kind, SplittableRandom random) {
        return switch (kind) {
            // Until another is started; it takes seconds more until that one is ready.
            case WORKER_KILLED, PUBLISHER_KILLED -> random.nextInt(100, 1_500);
            // Longer than the lease of 3 s, counted from its last renewal.
            case WORKER_FROZEN -> random.nextInt(3_200, 6_000);
            case CLOCK_OFF -> random.nextInt(2_500, 5_000);
            case REDIS_KILLED -> random.nextInt(50, 3_000);
            case REDIS_PAUSED -> random.nextInt(500, 4_500);
            case REDIS_FULL -> random.nextInt(1_000, 3_500);
            // Until the killed one comes back, as a replica.
            case FAILOVER -> random.nextInt(2_000, 5_000);
            case CONNECTIONS_CUT -> random.nextInt(200, 2_500);
            case SLOW_NETWORK -> random.nextInt(1_000, 4_000);
            case SITE_AWAY -> random.nextInt(1_000, 4_000);
        };
    }
}
