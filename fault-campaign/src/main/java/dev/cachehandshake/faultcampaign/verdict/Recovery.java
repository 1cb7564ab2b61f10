package dev.cachehandshake.faultcampaign.verdict;

import dev.cachehandshake.faultcampaign.faults.FaultKind;
import dev.cachehandshake.faultcampaign.history.Event;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** How soon work goes on. */
final class Recovery {
    private static final Set<FaultKind> REDIS_GONE =
            EnumSet.of(FaultKind.REDIS_KILLED, FaultKind.REDIS_PAUSED, FaultKind.REDIS_FULL, FaultKind.FAILOVER);

    /** With one of these under way beside it, a dead worker's handshakes wait for something else. */
    private static final Set<FaultKind.Part> IN_THE_WAY =
            EnumSet.of(FaultKind.Part.REDIS, FaultKind.Part.NETWORK, FaultKind.Part.SITE);

    /** The link on which nothing is delivered. */
    private static final String CALLBACKS = "from site to workers";

    private Recovery() {}

    /**
     * From the kill of a worker to the next call that carries what it held: of each handshake in a call that the site had not
     * answered by then, and never confirms. Kills beside which Redis, network or site were broken too do not count.
     *
     * @return nanoseconds
     */
    static List<Long> killToRedelivery(Ledger ledger) {
        List<Long> times = new ArrayList<>();
        for (FaultWindow fault : ledger.faults()) {
            if (fault.kind() != FaultKind.WORKER_KILLED) {
                continue;
            }
            for (Account account : ledger.accounts()) {
                for (int i = 0; i + 1 < account.deliveries().size(); i++) {
                    Delivery held = account.deliveries().get(i);
                    long again = account.deliveries().get(i + 1).began();
                    if (fault.strikes(held.worker())
                            && held.isOpenAt(fault.began())
                            && held.proved().isEmpty()
                            && again > fault.began()
                            && undisturbed(ledger, fault.began(), again)) {
                        times.add(again - fault.began());
                    }
                }
            }
        }
        return times;
    }

    /**
     * From the moment at which Redis works again to the next call of any worker. Times in which nothing waited to be
     * delivered do not count, nor such in which something else was broken.
     *
     * @return nanoseconds
     */
    static List<Long> redisBackToWork(Ledger ledger) {
        List<Long> times = new ArrayList<>();
        for (FaultWindow fault : ledger.faults()) {
            if (!REDIS_GONE.contains(fault.kind())) {
                continue;
            }
            OptionalLong next = ledger.events().stream()
                    .filter(event -> event instanceof Event.CallBegan && event.at() > fault.healed())
                    .mapToLong(Event::at)
                    .findFirst();
            boolean waited = ledger.accounts().stream()
                    .anyMatch(account -> account.posted().at() < fault.healed()
                            && account.end().map(Event.StateSeen::askedAt).orElse(Long.MAX_VALUE) > fault.healed());
            boolean alone = ledger.faults().stream()
                    .noneMatch(other -> other.number() != fault.number()
                            && other.overlaps(fault.healed(), next.orElse(fault.healed())));
            if (next.isPresent() && waited && alone) {
                times.add(next.getAsLong() - fault.healed());
            }
        }
        return times;
    }

    private static boolean undisturbed(Ledger ledger, long from, long to) {
        return ledger.faults().stream()
                .noneMatch(other -> IN_THE_WAY.contains(other.kind().part())
                        && !other.victim().equals(CALLBACKS)
                        && other.overlaps(from, to));
    }
}
