package dev.cachehandshake.faultcampaign.verdict;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * I3: a call covers only what was accepted before it began. So each completed update was itself in a call, with its own
 * version, that began after it was sent; and in the end the page shows the last one.
 */
final class LastWriteWins implements Check {
    private static final String NAME = "I3 the last write wins through";

    @Override
    public List<Violation> against(Ledger ledger) {
        List<Violation> violations = new ArrayList<>();
        Map<String, Long> last = new HashMap<>();
        for (Account account : ledger.accounts()) {
            if (!account.ended("completed")) {
                continue;
            }
            last.merge(account.posted().entry(), account.posted().version(), Math::max);
            if (account.deliveries().isEmpty()) {
                violations.add(new Violation(NAME, account.id(), "completed, and no call has carried it"));
            } else if (account.deliveries().stream().noneMatch(delivery -> covers(delivery, account))) {
                violations.add(new Violation(
                        NAME,
                        account.id(),
                        "completed, and no call that began after it was sent has carried its version"));
            }
        }
        last.forEach((entry, version) -> {
            long shown = ledger.pages().getOrDefault(entry, 0L);
            if (shown < version) {
                violations.add(new Violation(
                        NAME, entry, "its page shows version " + shown + ", and version " + version + " is completed"));
            }
        });
        return violations;
    }

    private static boolean covers(Delivery delivery, Account account) {
        return delivery.began() >= account.posted().at()
                && delivery.version() == account.posted().version();
    }
}
