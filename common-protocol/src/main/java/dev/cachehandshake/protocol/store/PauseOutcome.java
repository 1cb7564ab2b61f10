package dev.cachehandshake.protocol.store;

/** What became of a pause, or of its end. */
public sealed interface PauseOutcome {
    record Done() implements PauseOutcome {}

    /** There was no pause to end. */
    record Already() implements PauseOutcome {}

    /**
     * A stranger's key of another type is in the way; nothing was written.
     *
     * @param keys of which one is in the way
     */
    record Blocked(String keys) implements PauseOutcome {}
}
