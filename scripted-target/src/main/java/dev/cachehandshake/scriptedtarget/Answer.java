package dev.cachehandshake.scriptedtarget;

import dev.cachehandshake.protocol.RevalidationId;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** How the site answers a call. What it did not accept, it does not call back for. */
public sealed interface Answer {
    /** Accepts at once: 202 with a result an id (batch), 200 (single). */
    record AtOnce() implements Answer {}

    /** Accepts after a while. */
    record Slowly(Duration delay) implements Answer {}

    /**
     * Answers the whole call with an error.
     *
     * @param retryAfter becomes {@code Retry-After}, in whole seconds
     */
    record Failure(int status, Optional<Duration> retryAfter) implements Answer {}

    /** Holds the connection, without a byte, until the target is closed; so only {@link CallbackTiming.Before} calls back. */
    record Never() implements Answer {}

    /** Does the work, and breaks the connection off instead of answering. */
    record Dropped(Duration delay) implements Answer {}

    /** Rejects the handshakes that match: in the results (batch), or with 422 (single). Accepts the others at once. */
    record Reject(Predicate<RevalidationId> which, String reason) implements Answer {}

    /** Says 200 with a body that has no results, as a hand-written route behind a batch target would. */
    record WithoutResults() implements Answer {}

    static Answer atOnce() {
        return new AtOnce();
    }

    static Answer slowly(Duration delay) {
        return new Slowly(delay);
    }

    static Answer failure(int status) {
        return new Failure(status, Optional.empty());
    }

    static Answer failure(int status, Duration retryAfter) {
        return new Failure(status, Optional.of(retryAfter));
    }

    static Answer never() {
        return new Never();
    }

    static Answer dropped(Duration delay) {
        return new Dropped(delay);
    }

    static Answer reject(String reason) {
        return new Reject(any -> true, reason);
    }

    static Answer withoutResults() {
        return new WithoutResults();
    }

    /** Whether the site takes that handshake, and so calls back for it. */
    default boolean accepts(RevalidationId id) {
        return switch (this) {
            case Failure failure -> false;
            case Reject reject -> !reject.which().test(id);
            case AtOnce atOnce -> true;
            case Slowly slowly -> true;
            case Never never -> true;
            case Dropped dropped -> true;
            case WithoutResults without -> true;
        };
    }
}
