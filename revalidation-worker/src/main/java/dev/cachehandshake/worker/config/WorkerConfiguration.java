package dev.cachehandshake.worker.config;

import dev.cachehandshake.protocol.boot.PathSettings;
import dev.cachehandshake.protocol.boot.Strategies;
import dev.cachehandshake.protocol.redis.BlockingPop;
import dev.cachehandshake.protocol.store.CircuitStore;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.SiteHolds;
import dev.cachehandshake.protocol.token.TokenSigner;
import dev.cachehandshake.worker.callback.CallbackController;
import dev.cachehandshake.worker.callback.CallbackHandling;
import dev.cachehandshake.worker.callback.CallbackVerification;
import dev.cachehandshake.worker.callback.PageHealth;
import dev.cachehandshake.worker.callback.ProofWeighing;
import dev.cachehandshake.worker.claim.ClaimLoop;
import dev.cachehandshake.worker.deliver.Backoff;
import dev.cachehandshake.worker.deliver.BatchProtocol;
import dev.cachehandshake.worker.deliver.Covering;
import dev.cachehandshake.worker.deliver.Delivery;
import dev.cachehandshake.worker.deliver.FanOut;
import dev.cachehandshake.worker.deliver.LeaseKeeper;
import dev.cachehandshake.worker.deliver.MeteredCall;
import dev.cachehandshake.worker.deliver.OutcomeRules;
import dev.cachehandshake.worker.deliver.Packing;
import dev.cachehandshake.worker.deliver.Settling;
import dev.cachehandshake.worker.deliver.SingleProtocol;
import dev.cachehandshake.worker.deliver.SiteCall;
import dev.cachehandshake.worker.deliver.TargetCircuits;
import dev.cachehandshake.worker.deliver.TargetDelivery;
import dev.cachehandshake.worker.deliver.TargetHealth;
import dev.cachehandshake.worker.deploy.DeploymentLoop;
import dev.cachehandshake.worker.probe.LookFirst;
import dev.cachehandshake.worker.probe.PageLook;
import dev.cachehandshake.worker.replica.CatchingUp;
import dev.cachehandshake.worker.replica.HelloController;
import dev.cachehandshake.worker.report.EndingReport;
import dev.cachehandshake.worker.rescue.SweepLoop;
import dev.cachehandshake.worker.roster.Target;
import dev.cachehandshake.worker.roster.TargetRoster;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Puts the worker together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    LeaseSettings.class,
    ClaimSettings.class,
    SweepSettings.class,
    BackoffSettings.class,
    CircuitSettings.class,
    TargetSettings.class,
    SecretSettings.class,
    WorkerSettings.class
})
public class WorkerConfiguration {
    @Bean
    SettingsAgreement settingsAgreement(
            LeaseSettings lease, Strategies strategies, TargetSettings target, SecretSettings secrets) {
        return new SettingsAgreement(lease, strategies, target, secrets);
    }

    @Bean
    GoneSettings goneSettings(Environment environment) {
        return new GoneSettings(environment);
    }

    @Bean
    TargetRoster targetRoster(TargetSettings target) {
        return new TargetRoster(target);
    }

    @Bean
    EndingReport endingReport(MeterRegistry meters) {
        return new EndingReport(meters);
    }

    @Bean
    Backoff backoff(BackoffSettings settings) {
        RandomGenerator ofThisThread = () -> ThreadLocalRandom.current().nextLong();
        return new Backoff(settings, ofThisThread);
    }

    @Bean
    LeaseKeeper leaseKeeper(HandshakeStore store, LeaseSettings settings) {
        return new LeaseKeeper(store, settings, System::nanoTime);
    }

    @Bean
    SiteCall siteCall(TargetSettings target, Strategies strategies, SecretSettings secrets, Clock clock) {
        TokenSigner signer = new TokenSigner(secrets.callKey(), "cache-handshake", secrets.tokenLife(), clock);
        return new SiteCall(target, strategies, signer, clock);
    }

    @Bean
    ProofWeighing proofWeighing(
            HandshakeStore store, PathSettings paths, Strategies strategies, Backoff backoff, TargetSettings target) {
        return new ProofWeighing(store, paths.rules(), strategies, backoff, target);
    }

    @Bean
    PageLook pageLook(TargetSettings target) {
        return new PageLook(target);
    }

    // Started and stopped with the other loops.
    @Bean(destroyMethod = "")
    TargetCircuits targetCircuits(
            CircuitStore store,
            CircuitSettings settings,
            TargetSettings target,
            CircuitBreakerRegistry breakers,
            MeterRegistry meters) {
        return new TargetCircuits(target.site(), store, settings, breakers, meters);
    }

    @Bean
    Settling settling(HandshakeStore store, EndingReport endings, LeaseSettings lease) {
        return new Settling(store, endings, lease);
    }

    @Bean
    Covering covering(PathSettings paths, Settling settling) {
        return new Covering(paths.rules(), settling);
    }

    @Bean
    Delivery delivery(
            HandshakeStore store,
            Settling settling,
            LeaseKeeper leases,
            SiteCall siteCall,
            TargetCircuits circuits,
            PageLook pages,
            Backoff backoff,
            EndingReport endings,
            MeterRegistry meters,
            LeaseSettings lease,
            TargetSettings settings,
            TargetRoster roster,
            PathSettings paths,
            Strategies strategies,
            BulkheadRegistry bulkheads,
            WorkerSettings worker) {
        Packing packing = new Packing(paths.rules(), strategies, settings);
        Function<Target, FanOut.ToTarget> factory = target -> {
            OutcomeRules rules = new OutcomeRules(settings, target.name(), backoff, meters);
            TargetHealth health = new TargetHealth(target, meters);
            MeteredCall call = new MeteredCall(siteCall, target, health, circuits.of(target.name()), meters);
            var protocol = switch (settings.protocol()) {
                case BATCH -> new BatchProtocol(call, rules, settling, leases, lease, settings, target);
                case SINGLE -> new SingleProtocol(call, rules, settling, leases);
            };
            TargetDelivery delivery =
                    new TargetDelivery(packing, protocol, rules, leases, settling, target, worker.dryRun());
            // In a dry run nothing leaves the worker, not even a look.
            return new FanOut.ToTarget(
                    worker.dryRun()
                            ? delivery
                            : new LookFirst(
                                    store,
                                    pages,
                                    paths.rules(),
                                    lease,
                                    strategies,
                                    settings,
                                    target,
                                    endings,
                                    meters,
                                    delivery),
                    () -> {
                        health.forget();
                        circuits.forget(target.name());
                    });
        };
        return new FanOut(roster, factory, leases, settling, backoff, strategies, settings, bulkheads);
    }

    @Bean
    ClaimLoop claimLoop(
            HandshakeStore store,
            BlockingPop waitingLine,
            Delivery delivery,
            LeaseKeeper leases,
            TargetRoster roster,
            EndingReport endings,
            Covering covering,
            ClaimSettings settings,
            LeaseSettings lease,
            TargetSettings target,
            TargetCircuits circuits,
            CircuitSettings circuit,
            Strategies strategies,
            MeterRegistry meters) {
        return new ClaimLoop(
                store,
                waitingLine,
                delivery,
                leases,
                roster,
                endings,
                covering,
                settings,
                lease,
                target,
                circuits,
                circuit.probeEvery(),
                strategies,
                meters);
    }

    @Bean
    SweepLoop sweepLoop(
            HandshakeStore store,
            SweepSettings settings,
            TargetSettings target,
            TargetRoster roster,
            EndingReport endings,
            MeterRegistry meters) {
        return new SweepLoop(store, settings, target, roster, endings, meters);
    }

    @Bean
    CallbackVerification callbackVerification(TargetSettings target, SecretSettings secrets, Clock clock) {
        return new CallbackVerification(target, secrets, clock);
    }

    @Bean
    CallbackController callbackController(
            HandshakeStore store,
            CallbackVerification verification,
            ProofWeighing weighing,
            BackoffSettings backoffSettings,
            EndingReport endings,
            MeterRegistry meters,
            Clock clock,
            TargetSettings target,
            Strategies strategies,
            WorkerSettings worker) {
        PageHealth pages = new PageHealth(target, strategies, backoffSettings, clock, meters);
        return new CallbackController(
                verification, new CallbackHandling(store, weighing, target, pages, endings, meters), worker);
    }

    @Bean
    HelloController helloController(
            HandshakeStore store,
            CallbackVerification verification,
            PathSettings paths,
            TargetSettings target,
            TargetRoster roster,
            Clock clock,
            MeterRegistry meters,
            WorkerSettings worker) {
        return new HelloController(
                verification, new CatchingUp(store, paths.rules(), target, roster, clock, meters), worker);
    }

    @Bean
    DeploymentLoop deploymentLoop(
            SiteHolds holds, HandshakeStore store, PathSettings paths, TargetSettings target, MeterRegistry meters) {
        return new DeploymentLoop(holds, store, paths.rules(), target.site(), target.protocol(), meters);
    }

    @Bean
    WorkerLifecycle workerLifecycle(
            ClaimLoop claims,
            LeaseKeeper leases,
            SweepLoop sweeps,
            DeploymentLoop deployments,
            TargetCircuits circuits,
            HandshakeStore store,
            WorkerSettings settings) {
        return new WorkerLifecycle(claims, leases, sweeps, deployments, circuits, store, settings);
    }
}
