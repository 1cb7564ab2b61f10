package dev.cachehandshake.localstack.doctor;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who looked faulty at the first look. Of each fault only so many are kept, so that a ruined system can be looked at too. */
final class Suspects {
    static final int MOST = 10_000;

    private final Map<Fault, Set<String>> suspected = new EnumMap<>(Fault.class);
    private final Set<Fault> more = EnumSet.noneOf(Fault.class);

    /** @param subject an id, or the name of a key */
    void add(Fault fault, String subject) {
        Set<String> subjects = suspected.computeIfAbsent(fault, first -> new LinkedHashSet<>());
        if (subjects.size() < MOST) {
            subjects.add(subject);
        } else if (!subjects.contains(subject)) {
            more.add(fault);
        }
    }

    void strike(Fault fault, String subject) {
        if (suspected.containsKey(fault)) {
            suspected.get(fault).remove(subject);
        }
    }

    boolean isEmpty() {
        return suspected.values().stream().allMatch(Set::isEmpty);
    }

    List<String> of(Fault fault) {
        return new ArrayList<>(suspected.getOrDefault(fault, Set.of()));
    }

    /** Whether there are more than were kept. */
    boolean hasMore(Fault fault) {
        return more.contains(fault);
    }
}
