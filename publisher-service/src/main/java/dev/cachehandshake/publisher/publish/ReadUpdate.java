package dev.cachehandshake.publisher.publish;

import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.TouchedPaths;
import java.util.List;

/** What became of reading an event. */
public sealed interface ReadUpdate {
    /** @param job as it will lie in the queue, its {@code json} included */
    record Understood(Job job, TouchedPaths touched) implements ReadUpdate {}

    /** Everything that is wrong with it; at least one of the lists is not empty. */
    record NotUnderstood(List<UnknownField> unknown, List<FieldProblem> invalid) implements ReadUpdate {
        public NotUnderstood {
            unknown = List.copyOf(unknown);
            invalid = List.copyOf(invalid);
        }
    }
}
