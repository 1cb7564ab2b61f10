package dev.cachehandshake.worker.callback;

import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.Proof;
import dev.cachehandshake.protocol.TouchedPaths;
import dev.cachehandshake.protocol.boot.Strategies;
import dev.cachehandshake.protocol.boot.Strategy;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.wire.CallbackJson;
import dev.cachehandshake.protocol.wire.JobJson;
import dev.cachehandshake.protocol.wire.MalformedWireException;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.deliver.Backoff;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Turns what a site reports of a handshake into a verdict, by the pages it saw and not by its word. Thread-safe. */
public final class ProofWeighing {
    private final HandshakeStore store;
    private final PathRules rules;
    private final Strategies strategies;
    private final Backoff backoff;
    private final TargetSettings target;

    public ProofWeighing(
            HandshakeStore store, PathRules rules, Strategies strategies, Backoff backoff, TargetSettings target) {
        this.store = store;
        this.rules = rules;
        this.strategies = strategies;
        this.backoff = backoff;
        this.target = target;
    }

    /**
     * @param handshake as it stands; its job is there unless it has ended
     * @param part of it that the target has to do; the handshake itself where there is one target
     */
    Confirmation.Verdict weigh(
            HandshakeView handshake, HandshakeView part, Optional<String> targetName, CallbackJson.Report report) {
        if (handshake.job().isEmpty()) {
            // Ended before: whatever is said now is recorded as late and changes nothing.
            return new Confirmation.Unproven();
        }
        Job job = JobJson.read(handshake.job().get());
        Map<String, String> proven = new HashMap<>();
        TouchedPaths touched = rules.touchedBy(job);
        Strategy strategy = strategies.of(handshake.deliveryClass(), touched.primary());
        Proof proof = Proof.weigh(job, touched, report.claim(), report.reason(), report.pages(), seen -> {
            provenSuccessors(handshake, targetName, proven);
            return proven.containsKey(seen.text());
        });
        return switch (proof) {
            case Proof.Proven fresh -> new Confirmation.Fresh(fresh.coveredBy().map(proven::get));
            case Proof.Confirmed confirmed -> new Confirmation.Unproven();
            case Proof.Disproven no ->
                new Confirmation.Negative(
                        no.reason(), backoff.afterAttempt(strategy, Math.max(1, part.attempts())), strategy.attempts());
            case Proof.Unreadable broken ->
                new Confirmation.Unreadable(broken.reason(), backoff.afterMiss(part.misses()), target.giveUpAfter());
        };
    }

    /** Whether it has a version. The job says so: the hash cannot hold every version that a stranger may send. */
    boolean isToBeProven(HandshakeView handshake) {
        try {
            return handshake.job().map(JobJson::read).flatMap(Job::version).isPresent();
        } catch (MalformedWireException undeliverable) {
            return false;
        }
    }

    private static boolean isProven(HandshakeView handshake) {
        return handshake.state() == HandshakeState.COMPLETED
                && handshake.freshness().filter(Freshness.FRESH::equals).isPresent();
    }

    /** While other targets are still to prove it. */
    private static boolean isProvenAt(String targetName, HandshakeView handshake) {
        return handshake.targets().stream()
                .anyMatch(target ->
                        target.name().equals(targetName) && target.status().equals(Freshness.FRESH.wireName()));
    }

    private void provenSuccessors(
            HandshakeView handshake, Optional<String> targetName, Map<String, String> idByVersion) {
        if (idByVersion.isEmpty()) {
            store.successorsOf(handshake).stream()
                    .filter(later -> isProven(later)
                            || targetName
                                    .filter(name -> isProvenAt(name, later))
                                    .isPresent())
                    .forEach(later -> later.version()
                            .ifPresent(version ->
                                    idByVersion.put(version, later.id().value())));
        }
    }
}
