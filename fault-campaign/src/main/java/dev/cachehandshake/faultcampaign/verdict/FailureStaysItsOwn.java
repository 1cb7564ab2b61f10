package dev.cachehandshake.faultcampaign.verdict;

import dev.cachehandshake.faultcampaign.faults.FaultKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * I5: one thing's failure stays its own. A handshake fails only by what the site did with that very handshake, as often as it
 * may fail: no outage and no dead worker uses attempts up. And one that was accepted while nothing was broken but a worker is
 * through soon, for there are others, whatever becomes of the poison beside it.
 */
final class FailureStaysItsOwn implements Check {
    /** Twice played up with, each time until a time-out, and the pauses between. */
    static final Duration SOON = Duration.ofSeconds(20);

    private static final String NAME = "I5 one thing's failure stays its own";

    @Override
    public List<Violation> against(Ledger ledger) {
        List<Violation> violations = new ArrayList<>();
        for (Account account : ledger.accounts()) {
            if (account.ended("failed")) {
                failedBy(account, ledger).ifPresent(violations::add);
            }
            if (account.accepted().isPresent() && !account.posted().poison()) {
                late(account, account.accepted().getAsLong(), ledger).ifPresent(violations::add);
            }
        }
        return violations;
    }

    private static Optional<Violation> failedBy(Account account, Ledger ledger) {
        long unsuccessful = account.deliveries().stream()
                .filter(delivery -> !(delivery.well() && delivery.confirmed().isPresent()))
                .count();
        return unsuccessful >= ledger.attempts()
                ? Optional.empty()
                : Optional.of(new Violation(
                        NAME,
                        account.id(),
                        "failed after " + unsuccessful + " unsuccessful deliveries, of " + ledger.attempts()
                                + " that may be"));
    }

    private static Optional<Violation> late(Account account, long accepted, Ledger ledger) {
        long by = accepted + SOON.toNanos();
        boolean undisturbed = ledger.faults().stream()
                .noneMatch(fault -> fault.kind().part() != FaultKind.Part.WORKER
                        && fault.overlaps(account.posted().at(), by));
        // Seen on its way, not only seen ended late: on a busy machine a look may be long in coming.
        boolean late = account.states().stream().anyMatch(seen -> seen.askedAt() > by && !Account.isEnd(seen.state()));
        return undisturbed && late
                ? Optional.of(new Violation(
                        NAME,
                        account.id(),
                        "not ended " + SOON.toSeconds()
                                + " s after it was accepted, and nothing but a worker was broken meanwhile"))
                : Optional.empty();
    }
}
