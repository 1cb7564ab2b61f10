package dev.cachehandshake.publisher.publish;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.store.Replay;
import dev.cachehandshake.protocol.store.ReplayOutcome;
import dev.cachehandshake.protocol.wire.JobJson;
import dev.cachehandshake.protocol.wire.MalformedWireException;
import dev.cachehandshake.publisher.config.PublisherSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Delivers what a failed handshake was to deliver once more, as a new handshake. Each request makes a new one, unless the sender
 * names its id: then the same request is the same replay. Thread-safe.
 */
@Component
public class ReplayFailed {
    private static final Logger log = LoggerFactory.getLogger(ReplayFailed.class);

    private final HandshakeStore store;
    private final ReplayTally tally;
    private final long queueBound;

    ReplayFailed(HandshakeStore store, ReplayTally tally, PublisherSettings settings) {
        this.store = store;
        this.tally = tally;
        this.queueBound = settings.queueBound();
    }

    /**
     * @param failed the one to replay
     * @param named the id that the new one is to have; empty for any
     * @throws dev.cachehandshake.protocol.store.StoreUnavailableException when it is not known whether it was accepted
     */
    public Replayed replay(RevalidationId failed, Optional<RevalidationId> named) {
        RevalidationId id =
                named.orElseGet(() -> new RevalidationId(UUID.randomUUID().toString()));
        Replayed replayed = replay(failed, id);
        tally.count(
                switch (replayed) {
                    case Replayed.New accepted -> EventOutcome.ACCEPTED;
                    case Replayed.Again again -> EventOutcome.DUPLICATE;
                    case Replayed.Taken taken -> EventOutcome.CONFLICT;
                    case Replayed.Full full -> EventOutcome.FULL;
                    case Replayed.Unknown unknown -> EventOutcome.REFUSED;
                    case Replayed.NotEnded open -> EventOutcome.REFUSED;
                    case Replayed.NotFailed well -> EventOutcome.REFUSED;
                    case Replayed.Unreadable unreadable -> EventOutcome.REFUSED;
                });
        return replayed;
    }

    private Replayed replay(RevalidationId failed, RevalidationId id) {
        Optional<HandshakeView> before = Optional.empty();
        while (true) {
            Map<RevalidationId, HandshakeView> found = store.find(List.of(failed, id));
            Optional<HandshakeView> taken = Optional.ofNullable(found.get(id));
            if (taken.isPresent()) {
                // Looked at first: a sender that lost the answer gets it, whatever became of the failed one since.
                return isReplayOf(failed, taken.get()) ? new Replayed.Again(taken.get()) : new Replayed.Taken(id);
            }
            HandshakeView old = found.get(failed);
            if (old == null) {
                return new Replayed.Unknown();
            }
            if (old.state() != HandshakeState.FAILED) {
                return old.state().isTerminal()
                        ? new Replayed.NotFailed(old.state())
                        : new Replayed.NotEnded(old.state());
            }
            Optional<Replayed> done = replay(old, id, before);
            if (done.isPresent()) {
                return done.get();
            }
            before = Optional.of(old);
        }
    }

    /**
     * One try; empty when the handshakes moved meanwhile, and have to be looked at once more.
     *
     * @param before how the failed one was at the last try
     */
    private Optional<Replayed> replay(HandshakeView old, RevalidationId id, Optional<HandshakeView> before) {
        if (before.isPresent() && before.get().equals(old)) {
            // It did not move, so what Redis holds cannot be read as text.
            return Optional.of(new Replayed.Unreadable("is not JSON in UTF-8"));
        }
        if (old.job().isEmpty()) {
            return Optional.of(new Replayed.Unreadable("is gone"));
        }
        String job;
        try {
            job = JobJson.withId(old.job().get(), id);
        } catch (MalformedWireException malformed) {
            return Optional.of(new Replayed.Unreadable(malformed.getMessage()));
        }
        ReplayOutcome outcome = store.replay(new Replay(old.id(), old.job().get(), id, job, queueBound));
        return switch (outcome) {
            case ReplayOutcome.Accepted accepted -> {
                log.info(
                        "handshake accepted id={} replay_of={} failure={} site={} type={} slug={} version={}",
                        id,
                        old.id(),
                        old.failure().map(FailureReason::wireName).orElse("-"),
                        old.site(),
                        old.type(),
                        old.slug(),
                        old.version().orElse("-"));
                yield Optional.of(new Replayed.New(id, old));
            }
            // Somebody else was faster with this very id: who, says another look.
            case ReplayOutcome.AlreadyAccepted again -> Optional.empty();
            case ReplayOutcome.Conflict conflict -> Optional.of(new Replayed.Taken(id));
            case ReplayOutcome.QueueFull full -> Optional.of(new Replayed.Full(full.waiting()));
            case ReplayOutcome.Moved moved -> Optional.empty();
        };
    }

    private static boolean isReplayOf(RevalidationId failed, HandshakeView view) {
        return view.replayOf().filter(failed.value()::equals).isPresent();
    }
}
