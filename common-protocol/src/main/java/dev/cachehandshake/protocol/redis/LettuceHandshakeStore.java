package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.ContentVersion;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.RefusedPath;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.Census;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.ClaimRequest;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.Confirmed;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.store.Popped;
import dev.cachehandshake.protocol.store.PublishOutcome;
import dev.cachehandshake.protocol.store.Settled;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.store.Sweep;
import dev.cachehandshake.protocol.store.SweepRequest;
import dev.cachehandshake.protocol.wire.RefusedPathsJson;
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
import java.util.UUID;

/** The referee's store on one shared Lettuce connection: each step is one script, one round trip. Thread-safe. */
public final class LettuceHandshakeStore implements HandshakeStore {
    private static final String NO_DELAY = "0";

    private final ScriptRunner scripts;
    private final StatusReader statuses;

    public LettuceHandshakeStore(
            StatefulRedisConnection<String, String> connection, RefereeTime time, Retention retention) {
        this.scripts = new ScriptRunner(connection, time, retention);
        this.statuses = new StatusReader(connection);
    }

    @Override
    public PublishOutcome publish(Acceptance acceptance) {
        Job job = acceptance.job();
        List<String> own = new ArrayList<>(List.of(
                job.id().value(),
                job.json(),
                acceptance.contentDigest(),
                UUID.randomUUID().toString(),
                Long.toString(acceptance.queueBound()),
                opaqueEntry(job)));
        own.addAll(List.of("site", job.site(), "type", job.type(), "slug", job.slug()));
        own.addAll(List.of("action", job.action().wireName()));
        job.version().ifPresent(version -> own.addAll(List.of("version", version.text())));
        List<RefusedPath> refused = acceptance.touched().refused();
        if (!refused.isEmpty()) {
            own.addAll(List.of("refused_paths", RefusedPathsJson.write(refused)));
        }
        Answer answer = Answer.of(scripts.run(Script.PUBLISH, own));
        return switch (answer.code()) {
            case ACCEPTED -> new PublishOutcome.Accepted();
            case ALREADY -> new PublishOutcome.AlreadyAccepted();
            case FULL -> new PublishOutcome.QueueFull(answer.number(1));
            default -> new PublishOutcome.Conflict();
        };
    }

    @Override
    public Claim claim(ClaimRequest request) {
        Answer answer = Answer.of(scripts.run(
                Script.CLAIM,
                List.of(
                        request.nonce(),
                        millis(request.lease()),
                        millis(request.hold()),
                        Integer.toString(request.limit()),
                        request.popped().isPresent() ? "1" : "",
                        request.popped().map(Popped::element).orElse(""))));
        return new Claim(
                answer.rows(0).stream()
                        .map(row -> claimed(row, request.nonce()))
                        .toList(),
                answer.count(1),
                answer.rows(2).stream()
                        .map(row -> new Claim.Poison(row.text(0), row.text(1)))
                        .toList(),
                answer.count(3));
    }

    @Override
    public Set<RevalidationId> renew(List<Lease> leases, Duration lease) {
        List<String> own = new ArrayList<>();
        own.add(millis(lease));
        leases.forEach(held -> own.addAll(triple(held)));
        return ids(scripts.run(Script.RENEW, own));
    }

    @Override
    public List<Settled> settle(List<Settlement> settlements) {
        List<String> own = new ArrayList<>();
        settlements.forEach(settlement -> own.addAll(settlementArguments(settlement)));
        return Answer.of(scripts.run(Script.SETTLE, own)).rows().stream()
                .map(LettuceHandshakeStore::settled)
                .toList();
    }

    @Override
    public List<Confirmed> confirm(List<Confirmation> confirmations) {
        List<String> own = new ArrayList<>();
        confirmations.forEach(confirmation -> own.addAll(confirmationArguments(confirmation)));
        return Answer.of(scripts.run(Script.CONFIRM, own)).rows().stream()
                .map(LettuceHandshakeStore::confirmed)
                .toList();
    }

    @Override
    public Set<RevalidationId> handBack(List<Lease> leases) {
        List<String> own = new ArrayList<>();
        leases.forEach(held -> own.addAll(triple(held)));
        return ids(scripts.run(Script.HANDBACK, own));
    }

    @Override
    public Sweep sweep(SweepRequest request) {
        Answer answer = Answer.of(scripts.run(
                Script.SWEEP,
                List.of(
                        Integer.toString(request.limit()),
                        millis(request.grace()),
                        Integer.toString(request.maxLost()))));
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
    public List<HandshakeView> successorsOf(HandshakeView handshake) {
        return statuses.successorsOf(handshake);
    }

    @Override
    public Census census() {
        Answer answer = Answer.of(scripts.run(Script.CENSUS, List.of()));
        Map<HandshakeState, Long> byState = new EnumMap<>(HandshakeState.class);
        HandshakeState[] states = HandshakeState.values();
        for (int i = 0; i < states.length; i++) {
            byState.put(states[i], answer.number(i));
        }
        return new Census(
                byState, answer.number(6), answer.number(7), answer.number(5), Duration.ofMillis(answer.number(8)));
    }

    /** Only opaque versions need to know what came after them: the others have an order of their own. */
    private static String opaqueEntry(Job job) {
        return job.version().filter(ContentVersion.Opaque.class::isInstance).isPresent()
                ? job.site() + ":" + job.type() + ":" + job.slug()
                : "";
    }

    private static Claimed claimed(Answer row, String nonce) {
        return new Claimed(
                new Lease(row.id(0), row.number(1), nonce),
                row.count(2),
                row.count(3),
                row.count(4),
                row.number(5),
                row.number(6),
                row.optional(7).isPresent(),
                row.text(8));
    }

    private static List<String> settlementArguments(Settlement settlement) {
        List<String> own = new ArrayList<>(triple(settlement.lease()));
        own.add(settlement.target());
        own.addAll(
                switch (settlement.outcome()) {
                    case Settlement.Accepted accepted ->
                        List.of(
                                "accepted",
                                "",
                                NO_DELAY,
                                millis(accepted.callbackWithin()),
                                Integer.toString(accepted.maxAttempts()),
                                proof(accepted.proofRequired()),
                                NO_DELAY,
                                accepted.replica().orElse(""),
                                accepted.buildId().orElse(""));
                    case Settlement.Retry retry ->
                        List.of(
                                "retry",
                                retry.error(),
                                millis(retry.delay()),
                                NO_DELAY,
                                Integer.toString(retry.maxAttempts()),
                                proof(retry.proofRequired()),
                                NO_DELAY,
                                "",
                                "");
                    case Settlement.Rejected rejected ->
                        List.of(
                                "rejected",
                                rejected.error(),
                                NO_DELAY,
                                NO_DELAY,
                                "0",
                                proof(rejected.proofRequired()),
                                NO_DELAY,
                                "",
                                "");
                    case Settlement.NotReached away ->
                        List.of(
                                "not_reached",
                                away.error(),
                                millis(away.delay()),
                                NO_DELAY,
                                "0",
                                proof(away.proofRequired()),
                                millis(away.giveUpAfter()),
                                "",
                                "");
                    case Settlement.Simulated simulated ->
                        List.of("simulated", "", NO_DELAY, NO_DELAY, "0", "required", NO_DELAY, "", "");
                });
        return own;
    }

    private static Settled settled(Answer row) {
        return switch (row.code()) {
            case OPEN -> new Settled.Open(row.id(1));
            case ENDED -> new Settled.Ended(Answer.of(row.row().get(1)).ending());
            case STALE -> new Settled.Stale(row.id(1), row.text(2));
            default -> throw new IllegalStateException("settle.lua answered " + row.text(0));
        };
    }

    private static List<String> confirmationArguments(Confirmation confirmation) {
        List<String> own = new ArrayList<>();
        own.add(confirmation.id().value());
        own.add(confirmation.target());
        String batch = confirmation.batchId().orElse("");
        Optional<String> coveredBy = Optional.empty();
        switch (confirmation.verdict()) {
            case Confirmation.Fresh fresh -> {
                own.addAll(List.of("fresh", batch, "", NO_DELAY, "0"));
                coveredBy = fresh.coveredBy();
            }
            case Confirmation.Unproven unproven -> own.addAll(List.of("unproven", batch, "", NO_DELAY, "0"));
            case Confirmation.Negative negative ->
                own.addAll(List.of(
                        "negative",
                        batch,
                        negative.error(),
                        millis(negative.delay()),
                        Integer.toString(negative.maxAttempts())));
        }
        own.add(confirmation.replica().orElse(""));
        own.add(confirmation.buildId().orElse(""));
        own.add(confirmation.pages().orElse(""));
        own.add(coveredBy.orElse(""));
        return own;
    }

    private static Confirmed confirmed(Answer row) {
        return switch (row.code()) {
            case ENDED -> new Confirmed.Ended(Answer.of(row.row().get(1)).ending());
            case RETRY -> new Confirmed.WillRetry(row.id(1));
            case LATE -> new Confirmed.Late(row.id(1), HandshakeState.fromWire(row.text(2)));
            case SUPERSEDED -> new Confirmed.Superseded(row.id(1));
            case NOT_DELIVERED -> new Confirmed.NotDelivered(row.id(1));
            case PROOF_REQUIRED -> new Confirmed.ProofRequired(row.id(1));
            case UNKNOWN -> new Confirmed.Unknown(row.id(1));
            default -> throw new IllegalStateException("confirm.lua answered " + row.text(0));
        };
    }

    private static Optional<Duration> nextLook(long millis) {
        return millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }

    private static Set<RevalidationId> ids(List<Object> answer) {
        Set<RevalidationId> ids = new HashSet<>();
        answer.forEach(id -> ids.add(new RevalidationId(id.toString())));
        return ids;
    }

    private static List<String> triple(Lease lease) {
        return List.of(lease.id().value(), Long.toString(lease.epoch()), lease.nonce());
    }

    private static String proof(boolean required) {
        return required ? "required" : "callback";
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
