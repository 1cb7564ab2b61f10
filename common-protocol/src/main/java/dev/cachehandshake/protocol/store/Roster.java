package dev.cachehandshake.protocol.store;

import java.util.List;
import java.util.Optional;

/**
 * Who has to prove a handshake that is claimed now.
 *
 * @param targets their names, in an order that all workers share
 * @param joinedBy the site whose replicas that said {@link Hello} belong to it too; empty where the list is fixed
 */
public record Roster(List<String> targets, Optional<String> joinedBy) {
    public Roster {
        targets = List.copyOf(targets);
        if (targets.isEmpty() && joinedBy.isEmpty()) {
            throw new IllegalArgumentException("a roster names one target at least");
        }
    }

    public static Roster of(String... targets) {
        return new Roster(List.of(targets), Optional.empty());
    }
}
