package dev.cachehandshake.localstack.doctor;

import dev.cachehandshake.protocol.redis.KeyFamily;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What must hold of every handshake and every key between any two steps of the referee, whatever runs at the time. */
final class FaultRules {
    /** An end is looked at once more after 5 s, and what others wrote over it put right. */
    private static final Duration REPAIRED_WITHIN = Duration.ofSeconds(10);

    private static final Duration LOOKED_AT_WITHIN = Duration.ofMinutes(1);

    private FaultRules() {}

    static List<Fault> of(HandshakeSeen seen) {
        List<Fault> faults = new ArrayList<>();
        if (!seen.hasHash() || seen.isForeign()) {
            // Of one that failed, the entry in the list of failed ones may outlive the hash: it is dropped when it is
            // met.
            if (seen.isListed()) {
                faults.add(Fault.HASHLESS);
            } else if (seen.isForeign()) {
                ofForeign(seen, faults);
            }
            return faults;
        }
        if (seen.isDone()) {
            ofEnded(seen, faults);
        } else {
            ofOpen(seen, faults);
        }
        if (seen.deadline().isPresent() && seen.now() - seen.deadline().getAsLong() > LOOKED_AT_WITHIN.toMillis()) {
            faults.add(Fault.OVERDUE);
        }
        return faults;
    }

    static List<Fault> of(KeySeen seen) {
        if (seen.family().isEmpty()) {
            return List.of(Fault.OWNERLESS);
        }
        KeyFamily family = seen.family().get();
        if (family.isLimited() && seen.isEndless()) {
            return List.of(Fault.ENDLESS_KEY);
        }
        return family.isEndless() && !seen.isEndless() ? List.of(Fault.EXPIRING_KEY) : List.of();
    }

    /** Whether its element waits in a list only the lists can tell, so it is suspected first and struck off then. */
    private static void ofForeign(HandshakeSeen seen, List<Fault> faults) {
        if (seen.shownState().equals("pending")) {
            faults.add(Fault.FOREIGN_LOST);
        } else if (seen.isEndless()) {
            faults.add(Fault.ENDLESS);
        }
    }

    private static void ofOpen(HandshakeSeen seen, List<Fault> faults) {
        int indexes = seen.indexedIn().size() + (seen.deadline().isPresent() ? 1 : 0);
        boolean fanned = seen.phase().equals("fanned");
        if (fanned ? seen.straying() > 0 : indexes == 0) {
            // Of a leg, its handshake has it among those that stray.
            if (!seen.isLeg()) {
                faults.add(Fault.LOST);
            }
        } else if (indexes > 1 || (!seen.indexedIn().isEmpty() && !seen.isInItsList())) {
            faults.add(Fault.MISPLACED);
        }
        if (!seen.isEndless()) {
            faults.add(Fault.EXPIRING);
        }
    }

    private static void ofEnded(HandshakeSeen seen, List<Fault> faults) {
        if (!seen.indexedIn().isEmpty()) {
            faults.add(Fault.MISPLACED);
        }
        if (seen.state().equals("failed") && seen.failed().isEmpty()) {
            faults.add(Fault.UNLISTED);
        }
        long endedAt = seen.finishedAt().orElse(0);
        if (seen.isEndless() && seen.now() - endedAt > REPAIRED_WITHIN.toMillis()) {
            faults.add(Fault.ENDLESS);
        }
    }
}
