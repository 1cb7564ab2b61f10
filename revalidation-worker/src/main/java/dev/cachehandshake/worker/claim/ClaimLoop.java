package dev.cachehandshake.worker.claim;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.boot.Strategies;
import dev.cachehandshake.protocol.redis.BlockingPop;
import dev.cachehandshake.protocol.store.CircuitState;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.ClaimRequest;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.Popped;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.store.StoreUnavailableException;
import dev.cachehandshake.worker.config.ClaimSettings;
import dev.cachehandshake.worker.config.LeaseSettings;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.deliver.Covering;
import dev.cachehandshake.worker.deliver.Delivery;
import dev.cachehandshake.worker.deliver.LeaseKeeper;
import dev.cachehandshake.worker.deliver.TargetCircuits;
import dev.cachehandshake.worker.loop.UnendingLoop;
import dev.cachehandshake.worker.report.EndingReport;
import dev.cachehandshake.worker.report.WideLine;
import dev.cachehandshake.worker.report.WorkerMetric;
import dev.cachehandshake.worker.roster.TargetRoster;
import dev.cachehandshake.worker.roster.TargetsUnknownException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims whenever a call is free, of one class at a time, and delivers what it got on a virtual thread of its own. While all
 * calls of a class are under way its queue grows and the next claim takes more: that is all the batching there is, so low load
 * stays at one a call.
 */
public final class ClaimLoop {
    private static final Logger log = LoggerFactory.getLogger(ClaimLoop.class);
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration WHILE_TARGETS_ARE_UNKNOWN = Duration.ofSeconds(1);
    private static final Set<DeliveryClass> EVERY_CLASS = Set.of(DeliveryClass.values());
    private static final CircuitState NO_FAILURES = new CircuitState.Closed(0);
    private static final int NONCE_BYTES = 12;

    private final HandshakeStore store;
    private final BlockingPop waitingLine;
    private final Delivery delivery;
    private final LeaseKeeper leases;
    private final TargetRoster roster;
    private final EndingReport endings;
    private final ClaimSettings settings;
    private final LeaseSettings lease;
    private final Covering covering;
    private final String site;
    private final TargetCircuits circuits;
    private final Duration probeEvery;
    private final int limit;
    private final FreeCalls calls;
    private final WeightedOrder order;
    private final Counter ghosts;
    private final Counter poisoned;
    private final SecureRandom random = new SecureRandom();
    private final UnendingLoop loop = new UnendingLoop("claim", this::runOnce);

    /** Popped and not yet claimed; kept over a pause, for nobody else may know of it. Only the loop's thread touches it. */
    private Optional<Popped> inHand = Optional.empty();

    /** Whose lists the last look found empty, so that waiting comes next. Only the loop's thread touches it. */
    private Set<DeliveryClass> empty = Set.of();

    /** Whose lists the loop waits on; a call of another class that ends wakes it. */
    private volatile Set<DeliveryClass> waitingOn = EVERY_CLASS;

    public ClaimLoop(
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
            Duration probeEvery,
            Strategies strategies,
            MeterRegistry meters) {
        this.store = store;
        this.waitingLine = waitingLine;
        this.delivery = delivery;
        this.leases = leases;
        this.roster = roster;
        this.endings = endings;
        this.settings = settings;
        this.lease = lease;
        this.limit = target.protocol() == TargetSettings.Protocol.BATCH ? settings.batch() : 1;
        this.covering = covering;
        this.site = target.site();
        this.circuits = circuits;
        this.probeEvery = probeEvery;
        this.calls = new FreeCalls(strategies);
        this.order = new WeightedOrder(strategies, random);
        this.ghosts = WorkerMetric.GHOSTS.counter(meters);
        this.poisoned = WorkerMetric.POISONED.counter(meters);
        Gauge.builder(WorkerMetric.CALLS_IN_FLIGHT.meterName(), calls, FreeCalls::underWay)
                .description(WorkerMetric.CALLS_IN_FLIGHT.description())
                .register(meters);
    }

    public void start() {
        loop.start();
    }

    /** From now on; a claim that is under way is still delivered. */
    public void claimNoMore() {
        loop.stop();
    }

    /**
     * Waits for the deliveries under way, once no more are claimed.
     *
     * @return whether all of them ended in time
     */
    public boolean awaitDeliveries(Duration grace) throws InterruptedException {
        long until = System.nanoTime() + grace.toNanos();
        // The wait may begin just after a wake-up, so wake it until the loop has ended.
        do {
            wakeUp();
        } while (!loop.awaitEnd(Duration.ofMillis(50)) && System.nanoTime() < until);
        return calls.awaitAtMost(0, Duration.ofNanos(Math.max(0, until - System.nanoTime())));
    }

    private void wakeUp() {
        try {
            waitingLine.wakeUp();
        } catch (StoreUnavailableException away) {
            log.debug("cannot wake the wait: {}", away.getMessage());
        }
    }

    private Duration runOnce() throws InterruptedException {
        try {
            return claimAndDeliver();
        } catch (TargetsUnknownException nowhere) {
            // The roster has said so.
            return WHILE_TARGETS_ARE_UNKNOWN;
        }
    }

    private Duration claimAndDeliver() throws InterruptedException {
        long seen = calls.releases();
        List<DeliveryClass> free = order.of(calls.awaitAny());
        if (inHand.isEmpty() && loop.isStopping()) {
            // The stop may have come while all calls were under way.
            return AT_ONCE;
        }
        if (inHand.isEmpty() && empty.containsAll(free)) {
            inHand = awaitElement(free, seen);
            if (inHand.isEmpty()) {
                return AT_ONCE;
            }
        }
        Roster targets = roster.now();
        long askedAt = leases.now();
        Claim claim = store.claim(new ClaimRequest(
                newNonce(), lease.duration(), lease.hold(), limit, inHand, free, site, probeEvery, targets));
        inHand = Optional.empty();
        boolean nothing = claim.looked() == 0 && claim.idleFor().isEmpty();
        empty = nothing ? Set.copyOf(free) : Set.of();
        // Before anything else: what is not kept is lost.
        leases.keep(claim.handshakes().stream().map(Claimed::lease).toList(), askedAt);
        leases.keep(claim.beside().stream().map(Claim.Beside::lease).toList(), askedAt);
        targets.targets()
                .forEach(target ->
                        circuits.of(target).heard(claim.breakers().getOrDefault(target, NO_FAILURES), askedAt));
        tellOfStrangers(claim);
        claim.endings().forEach(endings::ended);
        claim.vanished()
                .forEach(id -> log.error(
                        "handshake vanished id={}: its hash was deleted or has expired before it ended",
                        WideLine.oneLine(id)));
        if (!claim.handshakes().isEmpty()) {
            start(claim);
        }
        return claim.idleFor().orElse(AT_ONCE);
    }

    private Optional<Popped> awaitElement(List<DeliveryClass> free, long seen) {
        waitingOn = Set.copyOf(free);
        try {
            return waitingLine.pop(
                    settings.popWait(), free, () -> calls.releases() != seen && free.size() < EVERY_CLASS.size());
        } finally {
            waitingOn = EVERY_CLASS;
        }
    }

    private void start(Claim claim) throws InterruptedException {
        List<Claimed> claimed = claim.handshakes();
        DeliveryClass deliveryClass = claim.deliveryClass().orElseThrow();
        // One that took two workers with it may take this one too: so no other call is under way beside it, or those
        // would be counted among its victims each time, until they are taken for the cause.
        boolean apart = claimed.stream().anyMatch(handshake -> handshake.lost() > 1);
        if (apart && !calls.awaitAtMost(0, lease.duration())) {
            // Until the others have ended its lease may end too: so it is claimed once more then.
            handBack(claim);
            calls.awaitAtMost(0, FreeCalls.forever());
            return;
        }
        calls.begin(deliveryClass);
        try {
            Thread.ofVirtual().name("deliver").start(() -> {
                try {
                    deliver(deliveryClass, claim);
                } finally {
                    calls.end(deliveryClass);
                    if (!waitingOn.contains(deliveryClass)) {
                        wakeUp();
                    }
                }
            });
        } catch (OutOfMemoryError noThread) {
            calls.end(deliveryClass);
            throw noThread;
        }
        if (apart) {
            calls.awaitAtMost(0, FreeCalls.forever());
        }
    }

    private void deliver(DeliveryClass from, Claim claim) {
        List<Lease> beside = claim.beside().stream().map(Claim.Beside::lease).toList();
        try {
            covering.settle(claim.handshakes(), claim.beside());
        } catch (RuntimeException unforeseen) {
            log.error("what waited beside others could not be settled, and is rescued", unforeseen);
        } finally {
            leases.letGo(beside);
        }
        delivery.deliver(from, claim.handshakes());
    }

    private void handBack(Claim claim) {
        List<Lease> held = Stream.concat(
                        claim.handshakes().stream().map(Claimed::lease),
                        claim.beside().stream().map(Claim.Beside::lease))
                .toList();
        leases.letGo(held);
        store.handBack(held);
    }

    private void tellOfStrangers(Claim claim) {
        ghosts.increment(claim.ghosts());
        for (Claim.Poison poison : claim.poison()) {
            poisoned.increment();
            log.warn(
                    "an element of the queue is no job and was put into revalidation:poison: {}; it begins with {}",
                    poison.reason(),
                    WideLine.oneLine(poison.excerpt()));
        }
    }

    private String newNonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
    }
}
