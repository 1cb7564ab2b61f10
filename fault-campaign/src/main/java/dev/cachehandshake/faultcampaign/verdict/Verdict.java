package dev.cachehandshake.faultcampaign.verdict;

import dev.cachehandshake.faultcampaign.faults.FaultKind;
import java.util.List;
import java.util.Map;

/**
 * What is to be said of one run.
 *
 * @param violations empty when every promise was kept
 * @param events updates that were published
 * @param midFlight updates that came while a call for the same entry was under way
 * @param duplicates deliveries that repeated one which the site had taken well
 * @param byFault in the order of the faults
 * @param killToRedelivery in milliseconds, one a handshake
 * @param redisBackToWork in milliseconds, one a fault
 */
public record Verdict(
        List<Violation> violations,
        int events,
        int accepted,
        int completed,
        int failed,
        int midFlight,
        int deliveries,
        int duplicates,
        List<OfFault> byFault,
        List<Long> killToRedelivery,
        List<Long> redisBackToWork,
        Map<String, Integer> failures) {
    public Verdict {
        violations = List.copyOf(violations);
        byFault = List.copyOf(byFault);
        killToRedelivery = List.copyOf(killToRedelivery);
        redisBackToWork = List.copyOf(redisBackToWork);
        failures = Map.copyOf(failures);
    }

    /** One fault as it came out. */
    public record OfFault(FaultKind kind, String victim, long millis, int inFlight, int repeated) {}

    public boolean isClean() {
        return violations.isEmpty();
    }
}
