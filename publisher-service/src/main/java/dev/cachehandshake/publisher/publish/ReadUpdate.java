package dev.cachehandshake.publisher.publish;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.TouchedPaths;
import java.util.List;
import java.util.Optional;

/** What became of reading an event. */
public sealed interface ReadUpdate {
    /**
     * @param job as it will lie in the queue, its {@code json} included
     * @param deliveryClass as the event says; empty where its page decides
     */
    record Understood(Job job, TouchedPaths touched, Optional<DeliveryClass> deliveryClass) implements ReadUpdate {}

    /** Everything that is wrong with it; at least one of the lists is not empty. */
    record NotUnderstood(List<UnknownField> unknown, List<FieldProblem> invalid) implements ReadUpdate {
        public NotUnderstood {
            unknown = List.copyOf(unknown);
            invalid = List.copyOf(invalid);
        }
    }
}
