package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.ClaimRequest;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.Confirmed;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.store.Popped;
import dev.cachehandshake.protocol.store.PublishOutcome;
import dev.cachehandshake.protocol.store.Replay;
import dev.cachehandshake.protocol.store.ReplayOutcome;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.store.Settled;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.store.Sweep;
import dev.cachehandshake.protocol.store.SweepRequest;
import dev.cachehandshake.protocol.wire.JobJson;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of the referee's steps share: an empty Redis, a clock to step, and short words for long requests. */
abstract class RefereeContract {
    static final RefereeServer SERVER = RefereeServer.shared();

    static final Duration LEASE = Duration.ofSeconds(5);
    static final Duration HOLD = Duration.ofSeconds(12);
    static final Duration GRACE = Duration.ofSeconds(2);
    static final Duration DELAY = Duration.ofSeconds(10);
    static final Duration CALLBACK_WITHIN = Duration.ofSeconds(30);
    static final Duration GIVE_UP_AFTER = Duration.ofDays(7);
    static final Duration TICK = Duration.ofMillis(1);
    static final Duration PROBE_EVERY = Duration.ofSeconds(5);
    static final int MAX_LOST = 5;
    static final int MAX_ATTEMPTS = 3;
    static final int BOUND = 10_000;

    final SteppableClock clock = new SteppableClock();
    final RedisCommands<String, String> redis = SERVER.redis();
    final HandshakeStore store =
            new LettuceHandshakeStore(SERVER.connection(), RefereeTime.of(clock), Retention.DEFAULT);
    Roster roster = Roster.of("nextjs");
    private int claims;

    @BeforeEach
    void emptyServer() {
        SERVER.empty();
    }

    @AfterEach
    void everyOpenHandshakeIsInExactlyOneIndex() {
        RefereeIndexes.check(redis);
    }

    // --- publisher ---

    PublishOutcome publish(String id) {
        return publish(Jobs.post(id));
    }

    PublishOutcome publish(Job job) {
        return publish(job, "digest-of-" + job.id(), BOUND);
    }

    PublishOutcome publish(Job job, String digest, long bound) {
        return store.publish(new Acceptance(job, PathRules.DEFAULT.touchedBy(job), digest, bound));
    }

    PublishOutcome publish(String id, DeliveryClass of) {
        Job job = Jobs.post(id);
        return store.publish(new Acceptance(
                job, PathRules.DEFAULT.touchedBy(job), "digest-of-" + id, of, Optional.empty(), BOUND, true));
    }

    ReplayOutcome replay(String failed, String id) {
        return replay(failed, id, BOUND);
    }

    /** As the publisher does: the new job is made from the old one as it is read. */
    ReplayOutcome replay(String failed, String id, long bound) {
        String job = view(failed).job().orElse("");
        String replayed = job.isEmpty() ? "" : JobJson.withId(job, new RevalidationId(id));
        return store.replay(new Replay(new RevalidationId(failed), job, new RevalidationId(id), replayed, bound));
    }

    /** Publishes, claims and lets the site say no. */
    void failed(String id) {
        failed(Jobs.post(id));
    }

    void failed(Job job) {
        publish(job);
        settle(claimOne(job.id().value()).lease(), new Settlement.Rejected("no", false));
    }

    /** As a Laravel publisher does: the element alone, its hash later or never. */
    void foreignPush(String json) {
        redis.rpush(RedisKeys.QUEUE, json);
    }

    /** What a foreign publisher writes after its push, at whatever moment that arrives. */
    void foreignHash(String id) {
        redis.hset(statusKey(id), Map.of("state", "pending", "attempts", "0", "created_at", "1"));
    }

    // --- worker ---

    Claim claim(int limit) {
        return claim(limit, Optional.empty());
    }

    Claim claim(int limit, Optional<Popped> popped) {
        return claim(limit, popped, List.of(DeliveryClass.values()));
    }

    Claim claim(int limit, List<DeliveryClass> classes) {
        return claim(limit, Optional.empty(), classes);
    }

    Claim claim(int limit, Optional<Popped> popped, List<DeliveryClass> classes) {
        claims++;
        return store.claim(new ClaimRequest(
                "nonce" + claims, LEASE, HOLD, limit, popped, classes, "default", PROBE_EVERY, roster));
    }

    static List<String> ids(Claim claim) {
        return claim.handshakes().stream()
                .map(claimed -> claimed.lease().id().value())
                .toList();
    }

    /** As BLPOP does. */
    Optional<Popped> pop(String list) {
        DeliveryClass of = Arrays.stream(DeliveryClass.values())
                .filter(each -> list.equals(RedisKeys.queue(each)) || list.equals(RedisKeys.returns(each)))
                .findFirst()
                .orElseThrow();
        return Optional.of(new Popped(redis.lpop(list), of));
    }

    /** Claims the only one there is to claim. */
    Claimed claimOne(String id) {
        Claim claim = claim(1);
        assertThat(claim.handshakes())
                .extracting(claimed -> claimed.lease().id().value())
                .containsExactly(id);
        return claim.handshakes().getFirst();
    }

    Lease publishAndClaim(String id) {
        publish(id);
        return claimOne(id).lease();
    }

    Settled settle(Lease lease, Settlement.Outcome outcome) {
        return store.settle(List.of(new Settlement(lease, "nextjs", outcome))).getFirst();
    }

    static Settlement.Outcome accepted() {
        return accepted(MAX_ATTEMPTS, false);
    }

    static Settlement.Outcome accepted(int maxAttempts, boolean proofRequired) {
        return new Settlement.Accepted(
                CALLBACK_WITHIN, maxAttempts, proofRequired, Optional.of("replica-1"), Optional.of("build-1"));
    }

    static Settlement.Outcome retry() {
        return new Settlement.Retry("answered 503", DELAY, MAX_ATTEMPTS, false);
    }

    static Settlement.Outcome notReached() {
        return new Settlement.NotReached("connection refused", DELAY, GIVE_UP_AFTER, false);
    }

    /** Publishes, claims and lets the site accept. */
    Lease awaiting(String id) {
        return awaiting(id, accepted());
    }

    Lease awaiting(String id, Settlement.Outcome outcome) {
        Lease lease = publishAndClaim(id);
        assertThat(settle(lease, outcome)).isEqualTo(new Settled.Open(lease.id()));
        return lease;
    }

    // --- site ---

    Confirmed confirm(String id, Confirmation.Verdict verdict) {
        return confirm(id, verdict, "");
    }

    Confirmed confirm(String id, Confirmation.Verdict verdict, String batch) {
        return store.confirm(List.of(new Confirmation(
                        new RevalidationId(id),
                        Optional.of("nextjs"),
                        verdict,
                        Optional.of(batch).filter(text -> !text.isEmpty()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())))
                .getFirst();
    }

    static Confirmation.Verdict fresh() {
        return new Confirmation.Fresh(Optional.empty());
    }

    static Confirmation.Verdict unproven() {
        return new Confirmation.Unproven();
    }

    static Confirmation.Verdict negative() {
        return new Confirmation.Negative("/blog shows version 6, wanted 7", DELAY, MAX_ATTEMPTS);
    }

    void mark(String id) {
        redis.setex(RedisKeys.marker(new RevalidationId(id)), 3600, "1");
    }

    // --- sweeper ---

    Sweep sweep() {
        return store.sweep(new SweepRequest(100, GRACE, MAX_LOST));
    }

    Sweep sweepAfter(Duration time) {
        clock.step(time);
        return sweep();
    }

    // --- looking ---

    static String statusKey(String id) {
        return RedisKeys.status(new RevalidationId(id));
    }

    Map<String, String> hash(String id) {
        return redis.hgetall(statusKey(id));
    }

    HandshakeView view(String id) {
        return store.find(new RevalidationId(id)).orElseThrow();
    }

    Phase phase(String id) {
        return view(id).phase();
    }

    List<String> queue() {
        return redis.lrange(RedisKeys.QUEUE, 0, -1);
    }

    List<String> returns() {
        return redis.lrange(RedisKeys.RETURNS, 0, -1);
    }

    /** How long until the referee looks at a handshake again. */
    Duration lookIn(String id) {
        return Duration.ofMillis(redis.zscore(RedisKeys.DEADLINES, id).longValue() - clock.millis());
    }
}
