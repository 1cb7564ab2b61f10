package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.RevalidationId;
import java.time.Duration;
import java.util.Optional;

/**
 * What a target's callback amounts to for one handshake, already weighed.
 *
 * @param target whose news it is, as it was called; empty where it does not say
 * @param batchId the batch it answers; empty in the single protocol
 * @param pages what was seen, as JSON; empty when nothing was
 */
public record Confirmation(
        RevalidationId id,
        Optional<String> target,
        Verdict verdict,
        Optional<String> batchId,
        Optional<String> replica,
        Optional<String> buildId,
        Optional<String> pages) {

    public sealed interface Verdict {}

    /**
     * Counts from any delivery.
     *
     * @param coveredBy the successor whose version was seen instead
     */
    public record Fresh(Optional<String> coveredBy) implements Verdict {}

    /** Counts from any delivery. */
    public record Unproven() implements Verdict {}

    /** Counts only from the latest batch. Again after {@code delay}, or failed once {@code maxAttempts} are used up. */
    public record Negative(String error, Duration delay, int maxAttempts) implements Verdict {}

    /**
     * Nobody can know what the pages show: they answer with a server's error, or not at all. The site's outage, so the
     * attempt is given back. Counts only from the latest batch. Again after {@code delay}; ends it only when it goes on for
     * {@code giveUpAfter}.
     */
    public record Unreadable(String error, Duration delay, Duration giveUpAfter) implements Verdict {}
}
