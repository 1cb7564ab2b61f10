package dev.cachehandshake.publisher.publish;

import dev.cachehandshake.protocol.ContentVersion;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.RevalidationMode;
import dev.cachehandshake.protocol.TouchedPaths;
import dev.cachehandshake.protocol.boot.Strategies;
import dev.cachehandshake.protocol.boot.Strategy;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.PublishOutcome;
import dev.cachehandshake.protocol.token.BodyDigest;
import dev.cachehandshake.publisher.config.PublisherSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Hands an event that was understood to the referee. A sender that lost the answer sends the event again with the same id: the same
 * content is the same handshake. Thread-safe.
 */
@Component
public final class PublishContentUpdate {
    private static final Logger log = LoggerFactory.getLogger(PublishContentUpdate.class);

    private final HandshakeStore store;
    private final EventTally tally;
    private final Strategies strategies;
    private final long queueBound;

    PublishContentUpdate(HandshakeStore store, EventTally tally, Strategies strategies, PublisherSettings settings) {
        this.store = store;
        this.tally = tally;
        this.strategies = strategies;
        this.queueBound = settings.queueBound();
    }

    /** @throws dev.cachehandshake.protocol.store.StoreUnavailableException when it is not known whether it was accepted */
    public Published publish(ReadUpdate.Understood update) {
        Job job = update.job();
        TouchedPaths touched = update.touched();
        Strategy strategy = strategies.of(update.deliveryClass(), touched.primary());
        String digest = BodyDigest.of(job.json().getBytes(StandardCharsets.UTF_8));
        PublishOutcome outcome = store.publish(
                new Acceptance(job, touched, digest, strategy.deliveryClass(), quiet(job, strategy), queueBound, true));
        return switch (outcome) {
            case PublishOutcome.Accepted accepted -> {
                tally.count(EventOutcome.ACCEPTED);
                log.info(
                        "handshake accepted id={} site={} type={} slug={} version={} action={} class={} paths={}",
                        job.id(),
                        job.site(),
                        job.type(),
                        job.slug(),
                        job.version().map(ContentVersion::text).orElse("-"),
                        job.action().wireName(),
                        strategy.deliveryClass().wireName(),
                        touched.all().size());
                yield new Published.New();
            }
            case PublishOutcome.AlreadyAccepted again -> {
                tally.count(EventOutcome.DUPLICATE);
                yield new Published.Again(store.find(job.id()));
            }
            case PublishOutcome.Conflict conflict -> {
                tally.count(EventOutcome.CONFLICT);
                yield new Published.Taken();
            }
            case PublishOutcome.QueueFull full -> {
                tally.count(EventOutcome.FULL);
                yield new Published.Full(full.waiting());
            }
        };
    }

    /** What is taken down must not be seen any longer than need be, and takes along what waits for the same page. */
    private static Optional<Acceptance.Quiet> quiet(Job job, Strategy strategy) {
        boolean takesDown = job.action().removesEntry()
                || job.mode().filter(RevalidationMode.EXPIRE::equals).isPresent();
        return strategy.quiet().map(quiet -> takesDown ? new Acceptance.Quiet(Duration.ZERO, quiet.atMost()) : quiet);
    }
}
