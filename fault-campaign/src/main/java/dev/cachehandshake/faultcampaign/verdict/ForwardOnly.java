package dev.cachehandshake.faultcampaign.verdict;

import dev.cachehandshake.faultcampaign.history.Event;
import java.util.ArrayList;
import java.util.List;

/** I2: a state moves forward only. The one end that may still change is that for want of a callback, to completed. */
final class ForwardOnly implements Check {
    private static final String NAME = "I2 state moves forward only";

    @Override
    public List<Violation> against(Ledger ledger) {
        List<Violation> violations = new ArrayList<>();
        for (Account account : ledger.accounts()) {
            List<Event.StateSeen> states = account.states();
            for (int i = 1; i < states.size(); i++) {
                // Of two answers whose questions overlap nobody can say which is the older: so each is held against the
                // last
                // one that was there before it was asked for.
                Event.StateSeen now = states.get(i);
                Event.StateSeen before = lastBefore(states, i);
                if (before != null && movedBack(before, now)) {
                    violations.add(new Violation(
                            NAME, account.id(), "was " + words(before) + " and after that " + words(now)));
                }
            }
        }
        return violations;
    }

    private static Event.StateSeen lastBefore(List<Event.StateSeen> states, int index) {
        for (int i = index - 1; i >= 0; i--) {
            if (states.get(i).at() <= states.get(index).askedAt()) {
                return states.get(i);
            }
        }
        return null;
    }

    private static boolean movedBack(Event.StateSeen before, Event.StateSeen now) {
        if (Account.isEnd(before.state()) && !before.state().equals(now.state())) {
            boolean lateCallback =
                    before.failure().filter("no-callback"::equals).isPresent()
                            && now.state().filter("completed"::equals).isPresent();
            return !lateCallback;
        }
        return rank(now) < rank(before);
    }

    private static int rank(Event.StateSeen seen) {
        return switch (seen.state().orElse("")) {
            case "" -> 0;
            case "pending" -> 1;
            case "acknowledged" -> 2;
            default -> 3;
        };
    }

    private static String words(Event.StateSeen seen) {
        return seen.state().orElse("unknown")
                + seen.failure().map(reason -> " (" + reason + ")").orElse("");
    }
}
