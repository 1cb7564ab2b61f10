package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.CatchUp;
import dev.cachehandshake.protocol.store.Census;
import dev.cachehandshake.protocol.store.CircuitState;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.ClaimRequest;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.Confirmed;
import dev.cachehandshake.protocol.store.FailedPage;
import dev.cachehandshake.protocol.store.FailedRequest;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.store.Hello;
import dev.cachehandshake.protocol.store.PublishOutcome;
import dev.cachehandshake.protocol.store.Replay;
import dev.cachehandshake.protocol.store.ReplayOutcome;
import dev.cachehandshake.protocol.store.Settled;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.store.Sweep;
import dev.cachehandshake.protocol.store.SweepRequest;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The referee's store on one shared Lettuce connection: each step is one script, one round trip. Thread-safe. */
public final class LettuceHandshakeStore implements HandshakeStore {
    private final ScriptRunner scripts;
    private final StatusReader statuses;

    public LettuceHandshakeStore(
            StatefulRedisConnection<String, String> connection, RefereeTime time, Retention retention) {
        this(connection, time, retention, new OutageLog());
    }

    /** @param outages that of the whole service */
    public LettuceHandshakeStore(
            StatefulRedisConnection<String, String> connection,
            RefereeTime time,
            Retention retention,
            OutageLog outages) {
        this(connection, new ScriptRunner(connection, time, retention, outages, Script::source), outages);
    }

    LettuceHandshakeStore(StatefulRedisConnection<String, String> connection, ScriptRunner scripts, OutageLog outages) {
        this.scripts = scripts;
        this.statuses = new StatusReader(connection, outages);
    }

    @Override
    public PublishOutcome publish(Acceptance acceptance) {
        Answer answer = Answer.of(scripts.run(Script.PUBLISH, ScriptArguments.of(acceptance)));
        return switch (answer.code()) {
            case ACCEPTED -> new PublishOutcome.Accepted();
            case ALREADY -> new PublishOutcome.AlreadyAccepted();
            case FULL -> new PublishOutcome.QueueFull(answer.number(1));
            case CONFLICT -> new PublishOutcome.Conflict();
            default -> throw new IllegalStateException("publish.lua answered " + answer.text(0));
        };
    }

    @Override
    public ReplayOutcome replay(Replay replay) {
        Answer answer = Answer.of(scripts.run(Script.REPLAY, ScriptArguments.of(replay)));
        return switch (answer.code()) {
            case ACCEPTED -> new ReplayOutcome.Accepted();
            case ALREADY -> new ReplayOutcome.AlreadyAccepted();
            case FULL -> new ReplayOutcome.QueueFull(answer.number(1));
            case CONFLICT -> new ReplayOutcome.Conflict();
            case MOVED -> new ReplayOutcome.Moved();
            default -> throw new IllegalStateException("replay.lua answered " + answer.text(0));
        };
    }

    @Override
    public Claim claim(ClaimRequest request) {
        Answer answer = Answer.of(scripts.run(Script.CLAIM, ScriptArguments.of(request)));
        return new Claim(
                claimed(answer.rows(0), request.nonce()),
                answer.count(1),
                answer.rows(2).stream()
                        .map(row -> new Claim.Poison(row.text(0), row.text(1)))
                        .toList(),
                answer.count(3),
                answer.rows(4).stream().map(Answer::ending).toList(),
                answer.texts(5),
                answer.optional(6).flatMap(DeliveryClass::fromWire),
                answer.rows(7).stream()
                        .map(row -> new Claim.Beside(
                                new Lease(row.id(0), row.number(1), request.nonce()), row.id(2), row.text(3)))
                        .toList(),
                answer.optional(8).map(millis -> Duration.ofMillis(Long.parseLong(millis))),
                answer.rows(9).stream().collect(Collectors.toMap(row -> row.text(0), LettuceHandshakeStore::breaker)));
    }

    private static CircuitState breaker(Answer row) {
        int failures = row.text(2).matches("[0-9]{1,9}") ? row.count(2) : 0;
        return switch (row.text(1)) {
            case "open" ->
                new CircuitState.Open(
                        failures,
                        Optional.empty(),
                        Optional.empty(),
                        row.optional(3).isPresent());
            case "forced" -> new CircuitState.Forced(failures, Optional.empty(), Optional.empty());
            default -> new CircuitState.Closed(failures);
        };
    }

    @Override
    public Set<RevalidationId> renew(List<Lease> leases, Duration lease) {
        return ids(scripts.run(Script.RENEW, ScriptArguments.of(lease, leases)));
    }

    @Override
    public List<Settled> settle(List<Settlement> settlements) {
        return Answer.of(scripts.run(Script.SETTLE, ScriptArguments.ofEach(settlements, ScriptArguments::of)))
                .rows()
                .stream()
                .map(LettuceHandshakeStore::settled)
                .toList();
    }

    @Override
    public List<Confirmed> confirm(List<Confirmation> confirmations) {
        return Answer.of(scripts.run(Script.CONFIRM, ScriptArguments.ofEach(confirmations, ScriptArguments::of)))
                .rows()
                .stream()
                .map(LettuceHandshakeStore::confirmed)
                .toList();
    }

    @Override
    public Set<RevalidationId> handBack(List<Lease> leases) {
        return ids(scripts.run(Script.HANDBACK, ScriptArguments.ofEach(leases, ScriptArguments::of)));
    }

    @Override
    public Sweep sweep(SweepRequest request) {
        Answer answer = Answer.of(scripts.run(Script.SWEEP, ScriptArguments.of(request)));
        int popped = answer.count(0);
        long nextLook = answer.number(5);
        return new Sweep(
                popped,
                answer.rows(1).stream()
                        .map(row -> new Sweep.Rescue(
                                row.id(0), Sweep.Cause.valueOf(row.text(1).toUpperCase(Locale.ROOT))))
                        .toList(),
                answer.rows(2).stream().map(Answer::ending).toList(),
                answer.count(3),
                answer.count(4),
                popped >= request.limit() ? Optional.of(Duration.ZERO) : nextLook(nextLook),
                answer.texts(6));
    }

    @Override
    public Map<RevalidationId, HandshakeView> find(Collection<RevalidationId> ids) {
        return statuses.find(ids);
    }

    @Override
    public FailedPage failed(FailedRequest request) {
        Answer answer = Answer.of(scripts.run(Script.FAILED, ScriptArguments.of(request, StatusReader.OUTLINE)));
        return new FailedPage(
                answer.rows(0).stream()
                        .map(row -> StatusReader.outline(
                                row.id(0), row.texts().subList(1, row.texts().size())))
                        .toList(),
                answer.optional(1).map(score -> new FailedPage.Place(Long.parseLong(score), answer.id(2))));
    }

    @Override
    public List<HandshakeView> successorsOf(HandshakeView handshake) {
        return statuses.successorsOf(handshake);
    }

    @Override
    public CatchUp hello(Hello hello) {
        return ChangeText.catchUp(Answer.of(scripts.run(Script.HELLO, ScriptArguments.of(hello))));
    }

    @Override
    public Census census() {
        Answer answer = Answer.of(scripts.run(Script.CENSUS, List.of()));
        Map<HandshakeState, Long> byState = new EnumMap<>(HandshakeState.class);
        HandshakeState[] states = HandshakeState.values();
        for (int i = 0; i < states.length; i++) {
            byState.put(states[i], answer.number(i));
        }
        Map<DeliveryClass, Long> waiting = new EnumMap<>(DeliveryClass.class);
        Map<DeliveryClass, Duration> oldest = new EnumMap<>(DeliveryClass.class);
        for (Answer row : answer.rows(7)) {
            DeliveryClass each = DeliveryClass.fromWire(row.text(0)).orElseThrow();
            waiting.put(each, row.number(1));
            oldest.put(each, Duration.ofMillis(row.number(2)));
        }
        return new Census(byState, waiting, answer.number(6), answer.number(5), oldest);
    }

    /** The legs of one handshake come one after the other, and the job with the first. */
    private static List<Claimed> claimed(List<Answer> rows, String nonce) {
        List<Claimed> claimed = new ArrayList<>();
        String job = "";
        for (Answer row : rows) {
            job = row.optional(8).orElse(job);
            claimed.add(claimed(row, job, nonce));
        }
        return claimed;
    }

    private static Claimed claimed(Answer row, String job, String nonce) {
        return new Claimed(
                new Lease(row.id(0), row.number(1), nonce),
                row.count(2),
                row.count(3),
                row.count(4),
                row.number(5),
                row.number(6),
                row.optional(7).isPresent(),
                row.optional(11).flatMap(DeliveryClass::fromWire),
                job,
                row.text(9),
                row.optional(10).isPresent());
    }

    private static Settled settled(Answer row) {
        return switch (row.code()) {
            case OPEN -> new Settled.Open(row.id(1));
            case ENDED -> new Settled.Ended(Answer.of(row.row().get(1)).ending());
            case STALE -> new Settled.Stale(row.id(1), row.text(2));
            default -> throw new IllegalStateException("settle.lua answered " + row.text(0));
        };
    }

    private static Confirmed confirmed(Answer row) {
        return switch (row.code()) {
            case ENDED -> new Confirmed.Ended(Answer.of(row.row().get(1)).ending());
            case RETRY -> new Confirmed.WillRetry(row.id(1));
            case LATE -> new Confirmed.Late(row.id(1), HandshakeState.fromWire(row.text(2)));
            case SUPERSEDED -> new Confirmed.Superseded(row.id(1));
            case NOT_DELIVERED -> new Confirmed.NotDelivered(row.id(1));
            case PROOF_REQUIRED -> new Confirmed.ProofRequired(row.id(1));
            case TARGET_REQUIRED -> new Confirmed.TargetRequired(row.id(1));
            case LEG_ENDED -> new Confirmed.LegEnded(row.id(1));
            case UNKNOWN -> new Confirmed.Unknown(row.id(1));
            default -> throw new IllegalStateException("confirm.lua answered " + row.text(0));
        };
    }

    private static Optional<Duration> nextLook(long millis) {
        return millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }

    private static Set<RevalidationId> ids(List<Object> answer) {
        Set<RevalidationId> ids = new HashSet<>();
        answer.forEach(id -> ids.add(RevalidationId.ofKey(id.toString())));
        return ids;
    }
}
