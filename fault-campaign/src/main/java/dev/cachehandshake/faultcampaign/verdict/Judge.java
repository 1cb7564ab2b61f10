package dev.cachehandshake.faultcampaign.verdict;

import dev.cachehandshake.faultcampaign.history.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Judges a run by its history alone. A pure function. */
public final class Judge {
    private static final long NANOS_A_MILLI = 1_000_000;
    private static final List<Check> CHECKS = List.of(
            new NothingLost(),
            new ForwardOnly(),
            new LastWriteWins(),
            new CompletedIsTrue(),
            new FailureStaysItsOwn(),
            new DuplicatesExplained(),
            new HonestAnswers());

    private Judge() {}

    /**
     * @param events in the order of time
     * @param attempts deliveries that may fail before a handshake does: a setting of the services
     * @param patience how long an answer, and a callback, is waited for: another one
     */
    public static Verdict judge(List<Event> events, int attempts, Duration patience) {
        Ledger ledger = new Ledger(events, attempts, patience);
        List<Violation> violations =
                CHECKS.stream().flatMap(check -> check.against(ledger).stream()).toList();
        List<Account> accounts = ledger.accounts();
        Map<Integer, InFlight> inFlight = DuplicatesExplained.byFault(ledger);
        Map<String, Integer> failures = new TreeMap<>();
        accounts.stream()
                .filter(account -> account.ended("failed"))
                .forEach(account ->
                        failures.merge(account.states().getLast().failure().orElse("unknown"), 1, Integer::sum));
        return new Verdict(
                violations,
                accounts.size(),
                (int) accounts.stream()
                        .filter(account -> account.accepted().isPresent())
                        .count(),
                (int) accounts.stream()
                        .filter(account -> account.ended("completed"))
                        .count(),
                (int) accounts.stream()
                        .filter(account -> account.ended("failed"))
                        .count(),
                midFlight(accounts),
                accounts.stream()
                        .mapToInt(account -> account.deliveries().size())
                        .sum(),
                DuplicatesExplained.count(ledger),
                ledger.faults().stream()
                        .map(fault -> new Verdict.OfFault(
                                fault.kind(),
                                fault.victim(),
                                (fault.healed() - fault.began()) / NANOS_A_MILLI,
                                inFlight.get(fault.number()).deliveries(),
                                inFlight.get(fault.number()).repeated()))
                        .toList(),
                millis(Recovery.killToRedelivery(ledger)),
                millis(Recovery.redisBackToWork(ledger)),
                failures);
    }

    /** Updates that were sent while the site had a call for the same entry that could not know of them. */
    private static int midFlight(List<Account> accounts) {
        Map<String, List<Account>> byEntry = new HashMap<>();
        accounts.forEach(account -> byEntry.computeIfAbsent(account.posted().entry(), entry -> new ArrayList<>())
                .add(account));
        return (int) accounts.stream()
                .filter(account -> byEntry.get(account.posted().entry()).stream()
                        .filter(other -> !other.id().equals(account.id()))
                        .flatMap(other -> other.deliveries().stream())
                        .anyMatch(delivery -> delivery.isOpenAt(account.posted().at())))
                .count();
    }

    private static List<Long> millis(List<Long> nanos) {
        return nanos.stream().map(time -> time / NANOS_A_MILLI).toList();
    }
}
