package dev.cachehandshake.protocol.store;

/** What became of a publish. */
public sealed interface PublishOutcome {
    /** Durably written, and nobody had this id before. */
    record Accepted() implements PublishOutcome {}

    /** The same id with the same content was accepted before; nothing was written. */
    record AlreadyAccepted() implements PublishOutcome {}

    /** The id stands for other content; nothing was written. */
    record Conflict() implements PublishOutcome {}

    /** Too many jobs wait; nothing was written. */
    record QueueFull(long waiting) implements PublishOutcome {}
}
