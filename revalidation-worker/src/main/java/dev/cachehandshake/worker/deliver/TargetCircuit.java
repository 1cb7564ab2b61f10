package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.boot.DurationText;
import dev.cachehandshake.protocol.store.Circuit;
import dev.cachehandshake.protocol.store.CircuitState;
import dev.cachehandshake.protocol.store.CircuitStore;
import dev.cachehandshake.protocol.store.StoreUnavailableException;
import dev.cachehandshake.worker.config.CircuitSettings;
import dev.cachehandshake.worker.report.WideLine;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate before the calls of one target. The referee decides for all workers whether its breaker is open, and the local one
 * follows; while the referee is away the local one decides by itself, by the calls of this worker. Thread-safe.
 */
public final class TargetCircuit {
    private static final Logger log = LoggerFactory.getLogger(TargetCircuit.class);
    /** That a call is slow is no failure: the time-out says when it is one. */
    private static final Duration NEVER_SLOW = Duration.ofDays(365);

    private final Circuit circuit;
    private final CircuitStore store;
    private final CircuitSettings settings;
    private final LongSupplier nanos;
    private final CircuitBreaker local;
    private volatile Known known = new Known(new CircuitState.Closed(0), Optional.empty());
    /** When the question was asked whose answer counts; empty before the first. */
    private Optional<Long> lastAskedAtNanos = Optional.empty();
    /** Whether the local breaker is open by itself, and the log has said so. */
    private boolean alone;

    /** @param endsAtNanos when what is open closes by itself; empty when it does not, or nothing is open */
    private record Known(CircuitState state, Optional<Long> endsAtNanos) {}

    /** @param nanos a clock that never goes back: {@link System#nanoTime} */
    TargetCircuit(
            Circuit circuit,
            CircuitStore store,
            CircuitSettings settings,
            CircuitBreakerRegistry breakers,
            LongSupplier nanos) {
        this.circuit = circuit;
        this.store = store;
        this.settings = settings;
        this.nanos = nanos;
        this.local = breakers.circuitBreaker(circuit.target(), configuration(settings));
    }

    private CircuitBreakerConfig configuration(CircuitSettings settings) {
        return CircuitBreakerConfig.custom()
                // All of the last so many: so many in a row.
                .slidingWindow(
                        settings.failures(), settings.failures(), CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .failureRateThreshold(100)
                .slowCallDurationThreshold(NEVER_SLOW)
                .permittedNumberOfCallsInHalfOpenState(1)
                .waitIntervalFunctionInOpenState(attempt -> staysOpen().toMillis())
                .recordResult(outcome -> outcome instanceof CallOutcome call && isFailure(call))
                .build();
    }

    /** By the referee's word; the local breaker that has opened by itself tries again as often as all workers together would. */
    private Duration staysOpen() {
        Known now = known;
        Duration left = now.endsAtNanos()
                .map(end -> Duration.ofNanos(Math.max(end - nanos.getAsLong(), 0)))
                .orElse(settings.openFor());
        Duration stays = now.state().isOpen() ? left : settings.probeEvery();
        return stays.toMillis() < 1 ? Duration.ofMillis(1) : stays;
    }

    private static boolean isFailure(CallOutcome outcome) {
        return switch (outcome) {
            case CallOutcome.Failed failed -> true;
            case CallOutcome.NotReached away -> true;
            case CallOutcome.Misconfigured wrong -> true;
            case CallOutcome.Accepted yes -> false;
            case CallOutcome.Rejected no -> false;
            case CallOutcome.Deferred later -> false;
        };
    }

    /** The moment to give to {@link #heard}, taken before the referee is asked. */
    public long now() {
        return nanos.getAsLong();
    }

    /**
     * What the referee says of it, before what was claimed with that word is delivered. Its probe is let through, once.
     *
     * @param askedAtNanos {@link #now()} before it was asked: an answer that was overtaken by one to a later question is old
     */
    public synchronized void heard(CircuitState state, long askedAtNanos) {
        boolean overtaken =
                lastAskedAtNanos.filter(last -> last - askedAtNanos > 0).isPresent();
        if (overtaken && !(state instanceof CircuitState.Open open && open.probe())) {
            return;
        }
        lastAskedAtNanos = Optional.of(askedAtNanos);
        CircuitState before = known.state();
        known = new Known(state, endOf(state));
        boolean wasAlone = alone;
        alone = false;
        follow(state);
        if (before.getClass() != state.getClass() || (wasAlone && !state.isOpen())) {
            tellTheLog(state);
        }
    }

    private Optional<Long> endOf(CircuitState state) {
        Optional<Duration> left = switch (state) {
            case CircuitState.Closed closed -> Optional.empty();
            case CircuitState.Open open -> open.left().or(() -> Optional.of(settings.openFor()));
            case CircuitState.Forced forced -> forced.left();
        };
        return left.map(time -> nanos.getAsLong() + time.toNanos());
    }

    private void follow(CircuitState state) {
        CircuitBreaker.State is = local.getState();
        switch (state) {
            case CircuitState.Closed closed -> {
                if (is != CircuitBreaker.State.CLOSED) {
                    local.transitionToClosedState();
                }
            }
            case CircuitState.Forced forced -> {
                if (is != CircuitBreaker.State.FORCED_OPEN) {
                    local.transitionToForcedOpenState();
                }
            }
            case CircuitState.Open open
            when open.probe() -> {
                // Of a closed one there is no way to half open. One that is under way may take longer than the next one
                // is away.
                if (is == CircuitBreaker.State.CLOSED) {
                    local.transitionToOpenState();
                }
                if (is != CircuitBreaker.State.HALF_OPEN) {
                    local.transitionToHalfOpenState();
                }
            }
            case CircuitState.Open open -> {
                if (is == CircuitBreaker.State.CLOSED || is == CircuitBreaker.State.FORCED_OPEN) {
                    local.transitionToOpenState();
                }
            }
        }
    }

    /**
     * Makes the call if the breaker lets it through, and tells the referee how it went where that may change something.
     *
     * @param takenApart whether what the target breaks on is called in parts next: then the parts tell whose fault it is
     */
    CallOutcome around(Supplier<CallOutcome> call, boolean takenApart) {
        closeWhenOver();
        if (!local.tryAcquirePermission()) {
            return new CallOutcome.Deferred(whyNotCalled(), settings.probeEvery());
        }
        boolean probe = local.getState() == CircuitBreaker.State.HALF_OPEN;
        long begun = local.getCurrentTimestamp();
        CallOutcome outcome = null;
        try {
            outcome = call.get();
        } finally {
            if (outcome == null) {
                local.releasePermission();
            }
        }
        if (takenApart && outcome instanceof CallOutcome.Failed failed && failed.cause() == CallOutcome.Cause.CONTENT) {
            local.releasePermission();
            return outcome;
        }
        boolean told = tell(outcome);
        local.onResult(local.getCurrentTimestamp() - begun, local.getTimestampUnit(), outcome);
        align(told);
        // The target is known to be out, so the handshake that found out that it still is pays no attempt for that.
        return probe && outcome instanceof CallOutcome.Failed failed
                ? new CallOutcome.Deferred(failed.error(), settings.probeEvery())
                : outcome;
    }

    /** An operator's end that nobody has told of; what failures opened ends with a probe. */
    private void closeWhenOver() {
        Known now = known;
        if (now.state() instanceof CircuitState.Forced && isOver(now)) {
            heard(new CircuitState.Closed(now.state().failures()), now());
        }
    }

    /** Whether the referee could be told; true too where there was nothing to tell. */
    private boolean tell(CallOutcome outcome) {
        try {
            switch (outcome) {
                case CallOutcome.Failed failed -> tellFailed(failed.error());
                case CallOutcome.NotReached away -> tellFailed(away.error());
                case CallOutcome.Misconfigured wrong -> tellFailed(wrong.error());
                case CallOutcome.Accepted yes -> tellOk();
                case CallOutcome.Rejected no -> tellOk();
                case CallOutcome.Deferred later -> log.trace("{}", later.error());
            }
            return true;
        } catch (StoreUnavailableException away) {
            log.debug("the breaker of {} is told nothing: {}", circuit.target(), away.getMessage());
            return false;
        }
    }

    private void tellFailed(String error) {
        long askedAt = now();
        heard(
                store.failed(circuit, WideLine.oneLine(error), settings.failures(), settings.openFor())
                        .now(),
                askedAt);
    }

    private void tellOk() {
        CircuitState state = known.state();
        if (state.isOpen() || state.failures() > 0) {
            long askedAt = now();
            heard(store.ok(circuit).now(), askedAt);
        }
    }

    /** The local breaker has counted too, and may have opened or closed by itself. */
    private synchronized void align(boolean told) {
        if (known.state().isOpen()) {
            return;
        }
        if (told) {
            follow(known.state());
        }
        boolean isAlone = local.getState() != CircuitBreaker.State.CLOSED;
        if (isAlone && !alone) {
            log.warn(
                    "target {} is not called any more by this worker, for {} of its calls in a row failed, and Redis is"
                            + " away; one call every {} finds out whether it is back",
                    circuit.target(),
                    settings.failures(),
                    DurationText.of(settings.probeEvery()));
        } else if (alone && !isAlone) {
            tellTheLog(known.state());
        }
        alone = isAlone;
    }

    private void tellTheLog(CircuitState state) {
        switch (state) {
            case CircuitState.Closed closed ->
                log.info("target {} is called again: its breaker is closed", circuit.target());
            case CircuitState.Open open ->
                log.warn(
                        "target {} is not called any more, for {}. Its handshakes wait and use up no attempts; one call"
                                + " every {} finds out whether it is back",
                        circuit.target(),
                        inWords(open),
                        DurationText.of(settings.probeEvery()));
            case CircuitState.Forced forced ->
                log.warn(
                        "target {} is not called any more, for {}. Its handshakes wait and use up no attempts{}",
                        circuit.target(),
                        inWords(forced),
                        forced.left()
                                .map(left -> ", for " + DurationText.of(Duration.ofSeconds(left.toSeconds())))
                                .orElse(", until an operator closes it"));
        }
    }

    private String whyNotCalled() {
        CircuitState state = known.state();
        return "the breaker of " + circuit.target() + " is open, for "
                + switch (state) {
                    case CircuitState.Open open -> inWords(open);
                    case CircuitState.Forced forced -> inWords(forced);
                    case CircuitState.Closed closed ->
                        settings.failures() + " calls in a row of this worker failed, and Redis is away";
                };
    }

    private static String inWords(CircuitState.Open open) {
        return open.failures() + " calls in a row failed"
                + open.reason().map(last -> ", the last of them: " + last).orElse("");
    }

    private static String inWords(CircuitState.Forced forced) {
        return "an operator has opened its breaker"
                + forced.reason().map(why -> " (" + WideLine.oneLine(why) + ")").orElse("");
    }

    /** Whether the target is left alone, as far as this worker knows. */
    boolean isOpen() {
        Known now = known;
        return now.state().isOpen() ? !isOver(now) : local.getState() != CircuitBreaker.State.CLOSED;
    }

    private boolean isOver(Known now) {
        return now.endsAtNanos().filter(end -> nanos.getAsLong() - end >= 0).isPresent();
    }
}
