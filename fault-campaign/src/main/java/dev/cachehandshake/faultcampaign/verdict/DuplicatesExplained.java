package dev.cachehandshake.faultcampaign.verdict;

import dev.cachehandshake.faultcampaign.faults.FaultKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A delivery is a duplicate when the site had taken the one before it well. Each must have been in flight when something was
 * broken: between its call's arrival and the answer to its callback.
 */
final class DuplicatesExplained implements Check {
    /** What the services may still need once a fault is mended: to connect again, and to notice what was cut. */
    static final Duration AFTERMATH = Duration.ofSeconds(1);

    private static final Duration SIGNAL_ARRIVES_WITHIN = Duration.ofMillis(250);

    private static final String NAME = "duplicates are no more than were in flight at a fault";

    @Override
    public List<Violation> against(Ledger ledger) {
        List<Violation> violations = new ArrayList<>();
        for (Account account : ledger.accounts()) {
            for (int i = 0; i + 1 < account.deliveries().size(); i++) {
                int delivery = i;
                if (isRepeated(account, i)
                        && ledger.faults().stream()
                                .noneMatch(fault -> wasInFlight(account, delivery, fault)
                                        || wasAboutToBeCalled(account, delivery + 1, fault))) {
                    violations.add(new Violation(
                            NAME,
                            account.id(),
                            "call " + account.deliveries().get(i + 1).call() + " repeats call "
                                    + account.deliveries().get(i).call()
                                    + ", which the site had taken well, and nothing was broken then"));
                }
            }
        }
        return violations;
    }

    /** By fault: how many deliveries were in flight when it was broken, and how many of those were repeated. */
    static Map<Integer, InFlight> byFault(Ledger ledger) {
        Map<Integer, InFlight> counts = new TreeMap<>();
        for (FaultWindow fault : ledger.faults()) {
            int inFlight = 0;
            int repeated = 0;
            for (Account account : ledger.accounts()) {
                for (int i = 0; i < account.deliveries().size(); i++) {
                    if (wasInFlight(account, i, fault)) {
                        inFlight++;
                        repeated += isRepeated(account, i) ? 1 : 0;
                    }
                }
            }
            counts.put(fault.number(), new InFlight(inFlight, repeated));
        }
        return counts;
    }

    /** All duplicates, each counted once, whatever faults may have caused it. */
    static int count(Ledger ledger) {
        int repeated = 0;
        for (Account account : ledger.accounts()) {
            for (int i = 0; i < account.deliveries().size(); i++) {
                repeated += isRepeated(account, i) ? 1 : 0;
            }
        }
        return repeated;
    }

    private static boolean isRepeated(Account account, int delivery) {
        return delivery + 1 < account.deliveries().size()
                && account.deliveries().get(delivery).well();
    }

    private static boolean wasInFlight(Account account, int delivery, FaultWindow fault) {
        long until = fault.healed() > Long.MAX_VALUE - AFTERMATH.toNanos()
                ? Long.MAX_VALUE
                : fault.healed() + AFTERMATH.toNanos();
        Delivery one = account.deliveries().get(delivery);
        boolean atTheTime = one.began() <= until && account.settledAt(delivery) >= fault.began();
        return atTheTime && (!fault.ofOneWorker() || fault.strikes(one.worker()) || isCallingBack(one, fault, until));
    }

    /**
     * A worker that is frozen after it last looked at its lease, and before its call, makes that call when it wakes: what it
     * held was in flight in it, though nobody could see that. Not so of what it was calling already: that it must not call again.
     */
    private static boolean wasAboutToBeCalled(Account account, int delivery, FaultWindow fault) {
        Delivery one = account.deliveries().get(delivery);
        return fault.kind() == FaultKind.WORKER_FROZEN
                && fault.strikes(one.worker())
                // It is written down as broken a moment before the signal has arrived.
                && account.posted().at() - SIGNAL_ARRIVES_WITHIN.toNanos() <= fault.began()
                && one.began() >= fault.began()
                && one.began() - AFTERMATH.toNanos() <= fault.healed()
                && account.deliveries().subList(0, delivery).stream()
                        .noneMatch(earlier -> earlier.worker().equals(one.worker()) && earlier.isOpenAt(fault.began()));
    }

    /** A callback may go to any worker, whoever called: one that was pending when it struck, or as long as it lasted. */
    private static boolean isCallingBack(Delivery delivery, FaultWindow fault, long until) {
        long proved = delivery.proved().orElse(Long.MAX_VALUE);
        long confirmed = delivery.confirmed().orElse(Long.MAX_VALUE);
        boolean pending = proved <= fault.began() && confirmed >= fault.began();
        boolean unanswered = proved <= until && confirmed > fault.healed();
        return pending || unanswered;
    }
}
