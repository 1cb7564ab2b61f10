package dev.cachehandshake.faultcampaign.verdict;

import dev.cachehandshake.faultcampaign.history.Event;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * All that was seen of one handshake.
 *
 * @param accepted when the publisher said 202 or 200
 * @param deliveries in the order of their calls
 * @param states in the order of their answers
 */
record Account(Event.Posted posted, OptionalLong accepted, List<Delivery> deliveries, List<Event.StateSeen> states) {
    private static final Set<String> ENDS = Set.of("completed", "failed", "simulated");

    Account {
        deliveries = List.copyOf(deliveries);
        states = List.copyOf(states);
    }

    String id() {
        return posted.id();
    }

    /** The first answer that told of its end. */
    Optional<Event.StateSeen> end() {
        return states.stream().filter(seen -> isEnd(seen.state())).findFirst();
    }

    /** What was seen last. */
    Optional<String> lastState() {
        return states.isEmpty() ? Optional.empty() : states.getLast().state();
    }

    boolean ended(String how) {
        return lastState().filter(how::equals).isPresent();
    }

    /** When a delivery was over and done with: confirmed; else when the next one began, or the end was seen, or never. */
    long settledAt(int delivery) {
        long next = delivery + 1 < deliveries.size()
                ? deliveries.get(delivery + 1).began()
                : end().map(Event.StateSeen::at).orElse(Long.MAX_VALUE);
        return deliveries.get(delivery).confirmed().orElse(next);
    }

    static boolean isEnd(Optional<String> state) {
        return state.filter(ENDS::contains).isPresent();
    }
}
