package dev.cachehandshake.localstack.doctor;

import dev.cachehandshake.protocol.redis.KeyFamily;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was seen.
 *
 * @param states handshakes by their state
 * @param foreign hashes of foreign publishers whose jobs nobody has claimed yet
 * @param forgotten entries in the list of failed ones whose hash has expired
 * @param oldest the open one that was accepted first
 * @param lists what each of them held
 */
public record Diagnosis(
        ServerSeen server,
        Duration took,
        Map<String, Long> states,
        long foreign,
        Optional<HandshakeSeen> oldest,
        Map<QueueList, ListSeen> lists,
        Map<KeyFamily, Long> entries,
        long forgotten,
        Map<KeyFamily, FamilySize> sizes,
        TallyCheck tally,
        List<Finding> findings) {
    public Diagnosis {
        states = Map.copyOf(states);
        lists = Map.copyOf(lists);
        entries = Map.copyOf(entries);
        // In the order of the families, as it is shown.
        sizes = Collections.unmodifiableMap(new TreeMap<>(sizes));
        findings = List.copyOf(findings);
    }

    ListSeen list(QueueList which) {
        return lists.getOrDefault(which, ListSeen.EMPTY);
    }

    public boolean isHealthy() {
        return findings.isEmpty();
    }
}
