package dev.cachehandshake.faultcampaign.strike;

import dev.cachehandshake.faultcampaign.deployment.Deployment;
import dev.cachehandshake.faultcampaign.deployment.FakeTime;
import dev.cachehandshake.faultcampaign.deployment.OneRedis;
import dev.cachehandshake.faultcampaign.deployment.SentinelRedis;
import dev.cachehandshake.faultcampaign.faults.Fault;
import dev.cachehandshake.faultcampaign.faults.FaultKind;
import dev.cachehandshake.faultcampaign.faults.TcpProxy;
import dev.cachehandshake.faultcampaign.history.Event;
import dev.cachehandshake.faultcampaign.history.History;
import dev.cachehandshake.faultcampaign.site.Mood;
import dev.cachehandshake.faultcampaign.site.PlayedSite;
import dev.cachehandshake.localstack.ServiceProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Breaks one part of a deployment, waits, and mends it; and takes both down. Each fault in a thread of its own. */
final class Striking {
    private static final Duration CALL_WITHIN = Duration.ofMillis(1_500);
    private static final int CALLS_TO_LOSE = 3;
    private static final Duration LOOK_EVERY = Duration.ofMillis(2);
    private static final Duration CUT_EVERY = Duration.ofMillis(150);
    private static final long HARDLY_ANY_MEMORY = 1;

    private final Deployment deployment;
    private final PlayedSite site;
    private final History history;

    Striking(Deployment deployment, PlayedSite site, History history) {
        this.deployment = deployment;
        this.site = site;
        this.history = history;
    }

    /** Returns when what was broken is mended. */
    void strike(int number, Fault fault) {
        switch (fault.kind()) {
            case WORKER_KILLED -> killWorker(number, fault);
            case WORKER_FROZEN -> freezeWorker(number, fault);
            case CLOCK_OFF -> moveClock(number, fault);
            case PUBLISHER_KILLED -> {
                String name = awaitOne(Deployment.PUBLISHERS, fault);
                began(number, fault, name);
                deployment.kill(name);
                rest(fault.lasts());
                deployment.relaunch(name);
            }
            case REDIS_KILLED -> {
                began(number, fault, "redis");
                oneRedis().server().kill();
                rest(fault.lasts());
                oneRedis().server().restart();
            }
            case REDIS_PAUSED -> {
                began(number, fault, "redis");
                oneRedis().server().pause();
                rest(fault.lasts());
                oneRedis().server().resume();
            }
            case REDIS_FULL -> {
                began(number, fault, "redis");
                oneRedis().limitMemory(HARDLY_ANY_MEMORY);
                rest(fault.lasts());
                oneRedis().limitMemory(0);
            }
            case FAILOVER -> failOver(number, fault);
            case CONNECTIONS_CUT -> {
                Link link = link(fault);
                began(number, fault, link.name());
                long until = System.nanoTime() + fault.lasts().toNanos();
                while (System.nanoTime() < until) {
                    link.proxy().cut();
                    rest(CUT_EVERY);
                }
            }
            case SLOW_NETWORK -> {
                Link link = link(fault);
                began(number, fault, link.name());
                link.proxy().delay(Duration.ofMillis(20 + fault.choice() % 130));
                rest(fault.lasts());
                link.proxy().delay(Duration.ZERO);
            }
            case SITE_AWAY -> {
                began(number, fault, "site");
                deployment.siteLink().refuse();
                rest(fault.lasts());
                deployment.siteLink().allow();
            }
        }
        if (fault.kind() != FaultKind.FAILOVER) {
            history.add(at -> new Event.FaultHealed(at, number));
        }
    }

    private void killWorker(int number, Fault fault) {
        String name = awaitOne(Deployment.WORKERS, fault);
        awaitCallOf(name, Mood.HELD);
        // At any moment of a call, as a crash has it: the leases may be new, or just due to be renewed.
        rest(Duration.ofMillis(fault.choice()));
        began(number, fault, "worker " + name);
        deployment.kill(name);
        site.relent(name);
        rest(fault.lasts());
        // Ready some seconds later; nobody waits for it but the next run.
        deployment.relaunch(name);
    }

    private void freezeWorker(int number, Fault fault) {
        String name = awaitOne(Deployment.WORKERS, fault);
        ServiceProcess worker = deployment.service(name);
        awaitCallOf(name, Mood.LINGERING);
        began(number, fault, "worker " + name);
        worker.pause();
        site.relent(name);
        rest(fault.lasts());
        worker.resume();
    }

    private void moveClock(int number, Fault fault) {
        int minutes = (fault.choice() % 2 == 0 ? 1 : -1) * (3 + fault.choice() / 2 % 10);
        boolean ofWorker = fault.choice() / 20 % 2 == 0;
        if (ofWorker && deployment.fakeTime().isPresent()) {
            FakeTime clock = deployment.fakeTime().get();
            began(number, fault, "worker " + Deployment.MOVABLE + " by " + minutes + " min");
            clock.moveTo(Duration.ofMinutes(minutes));
            rest(fault.lasts());
            clock.moveTo(Duration.ZERO);
        } else {
            began(number, fault, "site by " + minutes + " min");
            deployment.siteClock().moveTo(Duration.ofMinutes(minutes));
            rest(fault.lasts());
            deployment.siteClock().moveTo(Duration.ZERO);
        }
    }

    private void failOver(int number, Fault fault) {
        SentinelRedis redis = (SentinelRedis) deployment.redis();
        redis.killMasterOnceReplicated(
                () -> began(number, fault, "redis master on " + redis.master().port()));
        redis.awaitPromotion();
        // Nothing is missing from here on; that there is a replica again is for the next failover.
        history.add(at -> new Event.FaultHealed(at, number));
        rest(fault.lasts());
        redis.bringBack();
    }

    /** So that there is something to lose. */
    private void awaitCallOf(String worker, Mood mood) {
        site.meet(worker, mood);
        long until = System.nanoTime() + CALL_WITHIN.toNanos();
        while (site.met(worker) < CALLS_TO_LOSE && System.nanoTime() < until) {
            rest(LOOK_EVERY);
        }
    }

    private record Link(String name, TcpProxy proxy) {}

    private Link link(Fault fault) {
        List<Link> links = List.of(
                new Link("between services and redis", oneRedis().link()),
                new Link("from workers to site", deployment.siteLink()),
                new Link("from site to workers", deployment.callbackLink()));
        return links.get(fault.choice() % links.size());
    }

    /** The victim, once it is ready and another one is too: where none is left, all that could be seen is that. */
    private String awaitOne(List<String> names, Fault fault) {
        String name = names.get(fault.choice() % names.size());
        deployment.awaitReady(name);
        deployment.awaitReady(names, 2);
        return name;
    }

    private OneRedis oneRedis() {
        return (OneRedis) deployment.redis();
    }

    private void began(int number, Fault fault, String victim) {
        history.add(at -> new Event.FaultBegan(at, number, fault.kind(), victim));
    }

    private static void rest(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
