package dev.cachehandshake.protocol.store;

/** What became of a replay. */
public sealed interface ReplayOutcome {
    /** Durably written, under an id that nobody had before. */
    record Accepted() implements ReplayOutcome {}

    /** The id stands for a replay of the same handshake already; nothing was written. */
    record AlreadyAccepted() implements ReplayOutcome {}

    /** The id stands for something else; nothing was written. */
    record Conflict() implements ReplayOutcome {}

    /** Too many jobs wait; nothing was written. */
    record QueueFull(long waiting) implements ReplayOutcome {}

    /** The failed one is not, or not any more, as it was read; nothing was written. */
    record Moved() implements ReplayOutcome {}
}
