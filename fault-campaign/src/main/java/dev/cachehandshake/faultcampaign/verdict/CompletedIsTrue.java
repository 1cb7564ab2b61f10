package dev.cachehandshake.faultcampaign.verdict;

import dev.cachehandshake.faultcampaign.history.Event;
import java.util.ArrayList;
import java.util.List;

/** I4: nothing is completed before the site has said that its pages show it. */
final class CompletedIsTrue implements Check {
    private static final String NAME = "I4 completed is the truth";

    @Override
    public List<Violation> against(Ledger ledger) {
        List<Violation> violations = new ArrayList<>();
        for (Account account : ledger.accounts()) {
            account.states().stream()
                    .filter(seen -> seen.state().filter("completed"::equals).isPresent())
                    .findFirst()
                    .filter(seen -> !provenBefore(account, seen))
                    .ifPresent(seen -> violations.add(new Violation(
                            NAME, account.id(), "seen completed before the site had said that its pages show it")));
        }
        return violations;
    }

    private static boolean provenBefore(Account account, Event.StateSeen seen) {
        return account.deliveries().stream()
                .anyMatch(delivery -> delivery.proved().orElse(Long.MAX_VALUE) <= seen.at());
    }
}
