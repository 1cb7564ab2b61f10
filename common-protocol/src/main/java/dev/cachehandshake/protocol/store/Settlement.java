package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.RevalidationId;
import java.time.Duration;
import java.util.Optional;

/** How one delivery went. */
public record Settlement(Lease lease, String target, Outcome outcome) {

    public sealed interface Outcome {}

    /**
     * The target said yes.
     *
     * @param callbackWithin how long its callback may take
     * @param maxAttempts how many deliveries may be tried before a missing callback fails it
     * @param proofRequired whether nothing but proof completes it: then the complete-marker does not
     */
    public record Accepted(
            Duration callbackWithin,
            int maxAttempts,
            boolean proofRequired,
            Optional<String> replica,
            Optional<String> buildId)
            implements Outcome {}

    /** Tried and failed; again after the delay, or never once {@code maxAttempts} are used up. */
    public record Retry(String error, Duration delay, int maxAttempts, boolean proofRequired) implements Outcome {}

    /** The target said no to this one for good; the site's complete-marker still wins, unless proof is required. */
    public record Rejected(String error, boolean proofRequired) implements Outcome {}

    /** The target was not there; the attempt is given back. Ends it only when it goes on for {@code giveUpAfter}. */
    public record NotReached(String error, Duration delay, Duration giveUpAfter, boolean proofRequired)
            implements Outcome {}

    /** Not delivered: another one, which this worker holds too, brings its page up to date as well. */
    public record Covered(RevalidationId by) implements Outcome {}

    /** A dry run. */
    public record Simulated() implements Outcome {}
}
