package dev.cachehandshake.faultcampaign.verdict;

import java.util.ArrayList;
import java.util.List;

/** I1: whatever was accepted is known from then on, and comes to its end. */
final class NothingLost implements Check {
    private static final String NAME = "I1 nothing accepted is lost";

    @Override
    public List<Violation> against(Ledger ledger) {
        List<Violation> violations = new ArrayList<>();
        for (Account account : ledger.accounts()) {
            if (account.accepted().isEmpty()) {
                continue;
            }
            long accepted = account.accepted().getAsLong();
            if (account.states().stream()
                    .anyMatch(seen -> seen.askedAt() > accepted && seen.state().isEmpty())) {
                violations.add(new Violation(NAME, account.id(), "accepted, and unknown when asked for after that"));
            } else if (account.end().isEmpty()) {
                violations.add(new Violation(
                        NAME,
                        account.id(),
                        "accepted, and not ended when the time was up; its state is "
                                + account.lastState().orElse("unknown")));
            }
        }
        return violations;
    }
}
