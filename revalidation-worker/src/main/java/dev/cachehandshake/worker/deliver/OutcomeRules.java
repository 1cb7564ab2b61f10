package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.boot.Strategy;
import dev.cachehandshake.protocol.boot.TaggedCounter;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.report.WorkerMetric;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;

/** What a call's outcome means for a handshake that was part of it. Counts it as an attempt. Thread-safe. */
public final class OutcomeRules {
    private final TargetSettings target;
    private final String name;
    private final Backoff backoff;
    private final TaggedCounter attempts;

    /** @param name of the target that is called */
    public OutcomeRules(TargetSettings target, String name, Backoff backoff, MeterRegistry meters) {
        this.target = target;
        this.name = name;
        this.backoff = backoff;
        this.attempts = new TaggedCounter(meters, WorkerMetric.ATTEMPTS, "outcome", CallOutcome.LABELS);
    }

    Settlement accepted(Parcel parcel, Optional<String> replica, Optional<String> buildId) {
        attempts.count("accepted");
        return settlement(
                parcel,
                new Settlement.Accepted(
                        target.callbackWithin(), parcel.strategy().attempts(), needsProof(parcel), replica, buildId));
    }

    Settlement rejected(Parcel parcel, String error) {
        attempts.count("rejected");
        return settlement(parcel, new Settlement.Rejected(error, needsProof(parcel)));
    }

    Settlement failed(Parcel parcel, String error, Optional<Duration> retryAfter) {
        attempts.count("failed");
        int attempts = parcel.claimed().attempts();
        Strategy strategy = parcel.strategy();
        Duration delay = retryAfter
                .map(wish -> backoff.afterAttempt(strategy, attempts, wish))
                .orElseGet(() -> backoff.afterAttempt(strategy, attempts));
        return settlement(parcel, new Settlement.Retry(error, delay, strategy.attempts(), needsProof(parcel)));
    }

    /** For every outcome but a 2xx, which each protocol reads in its own way. */
    Settlement unaccepted(Parcel parcel, CallOutcome outcome) {
        return switch (outcome) {
            case CallOutcome.Failed failed -> failed(parcel, failed.error(), failed.retryAfter());
            case CallOutcome.Rejected no -> rejected(parcel, no.error());
            case CallOutcome.NotReached away -> notReached(parcel, away.label(), away.error());
            case CallOutcome.Misconfigured wrong -> notReached(parcel, wrong.label(), wrong.error());
            case CallOutcome.Deferred later ->
                notReached(parcel, later.label(), later.error(), backoff.about(later.delay()));
            case CallOutcome.Accepted yes -> throw new IllegalArgumentException("accepted with " + yes.status());
        };
    }

    private Settlement notReached(Parcel parcel, String label, String error) {
        return notReached(
                parcel, label, error, backoff.afterMiss(parcel.claimed().misses()));
    }

    private Settlement notReached(Parcel parcel, String label, String error, Duration delay) {
        attempts.count(label);
        return settlement(parcel, new Settlement.NotReached(error, delay, target.giveUpAfter(), needsProof(parcel)));
    }

    /** With a version and a target that can prove it, nothing but proof completes. */
    private boolean needsProof(Parcel parcel) {
        return target.protocol() == TargetSettings.Protocol.BATCH
                && parcel.job().version().isPresent();
    }

    private Settlement settlement(Parcel parcel, Settlement.Outcome outcome) {
        return new Settlement(parcel.claimed().lease(), name, outcome);
    }
}
