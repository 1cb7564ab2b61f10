package dev.cachehandshake.faultcampaign.verdict;

import dev.cachehandshake.faultcampaign.history.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The publisher says yes, or come again; and in the end it has said yes to everything. */
final class HonestAnswers implements Check {
    private static final String NAME = "the publisher says yes, or come again";
    /** 0 is no answer at all, which a publisher that was killed gives. */
    private static final Set<Integer> MAY_SAY = Set.of(0, 200, 202, 429, 503);

    @Override
    public List<Violation> against(Ledger ledger) {
        List<Violation> violations = new ArrayList<>();
        for (Event event : ledger.events()) {
            if (event instanceof Event.PostAnswered answer && !MAY_SAY.contains(answer.status())) {
                violations.add(new Violation(NAME, answer.id(), "it was answered " + answer.status()));
            }
        }
        for (Account account : ledger.accounts()) {
            if (account.accepted().isEmpty()) {
                violations.add(
                        new Violation(NAME, account.id(), "it was never accepted, though nothing is broken any more"));
            }
        }
        return violations;
    }
}
