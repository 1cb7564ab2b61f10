package dev.cachehandshake.worker.deliver;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How a call to a target ended. A target's failure is a result, not an exception. */
public sealed interface CallOutcome {
    /** The one label of what was not called. */
    String DEFERRED = "deferred";

    /** Every label there is. */
    List<String> LABELS =
            List.of("accepted", "failed", "rejected", "not-reached", "misconfigured", CallOutcome.DEFERRED);

    /** What a failed call may come from, as far as its end tells. */
    enum Cause {
        /** The site said itself that it cannot now, or what stands before it did. */
        SITE,
        /** It was there and broke on this one: a single job of the batch may have caused that, and smaller ones may go through. */
        CONTENT,
        /** It never answered. */
        EITHER
    }

    /** For the metrics. */
    String label();

    /** A 2xx. */
    record Accepted(int status, String body) implements CallOutcome {
        @Override
        public String label() {
            return "accepted";
        }
    }

    /**
     * Tried, and may go well another time: a time-out, 408, 425, 429, 5xx, 3xx.
     *
     * @param cause what may be to blame
     */
    record Failed(String error, Optional<Duration> retryAfter, Cause cause) implements CallOutcome {
        @Override
        public String label() {
            return "failed";
        }
    }

    /** A 4xx that a further attempt would not change. */
    record Rejected(String error) implements CallOutcome {
        @Override
        public String label() {
            return "rejected";
        }
    }

    /** The call did not get there: connection refused, no such host. Nothing was tried, so no attempt is used up. */
    record NotReached(String error) implements CallOutcome {
        @Override
        public String label() {
            return "not-reached";
        }
    }

    /** 401, 403, 404 or 405: the site or its secret is set up wrongly. An outage, and no handshake's fault. */
    record Misconfigured(String error) implements CallOutcome {
        @Override
        public String label() {
            return "misconfigured";
        }
    }

    /**
     * Not called, for the target's breaker is open; or called only to find out whether it is back, and it is not. No attempt
     * is used up.
     *
     * @param delay about how long to wait
     */
    record Deferred(String error, Duration delay) implements CallOutcome {
        @Override
        public String label() {
            return DEFERRED;
        }
    }
}
