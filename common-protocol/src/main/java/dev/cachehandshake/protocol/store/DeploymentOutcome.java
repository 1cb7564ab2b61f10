package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.DeploymentStatus;
import java.time.Instant;
import java.util.Optional;

/** What became of a deploy's word. */
public sealed interface DeploymentOutcome {
    /** A window was opened, or its end begun. */
    record Taken(Standing standing) implements DeploymentOutcome {}

    /** The same was told before. */
    record Already(Standing standing) implements DeploymentOutcome {}

    /** It has moved on from there: a start that comes after the end, or a second end. */
    record Ignored(Standing standing) implements DeploymentOutcome {}

    /**
     * A stranger's key of another type is in the way; nothing was written.
     *
     * @param keys of which one is in the way
     */
    record Blocked(String keys) implements DeploymentOutcome {}

    /**
     * How the deployment stands now.
     *
     * @param since when its build began to read content, as far as is known
     * @param until when it lets its site go at the latest; empty once it has ended
     */
    record Standing(DeploymentStatus status, Instant since, Optional<Instant> until) {}
}
