package dev.cachehandshake.localstack.doctor;

import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.redis.LettuceHandshakeStore;
import dev.cachehandshake.protocol.redis.LettuceSiteHolds;
import dev.cachehandshake.protocol.redis.OutageLog;
import dev.cachehandshake.protocol.redis.RefereeTime;
import dev.cachehandshake.protocol.redis.Retention;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.CaughtUp;
import dev.cachehandshake.protocol.store.ClaimRequest;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.DeploymentWord;
import dev.cachehandshake.protocol.store.DeploymentWord.Kind;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.Popped;
import dev.cachehandshake.protocol.store.Replay;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.store.SiteHolds;
import dev.cachehandshake.protocol.store.SweepRequest;
import dev.cachehandshake.protocol.wire.JobJson;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What publishers, workers and sites do, in short words, by the clock of the server. One thread each. */
final class Referee implements AutoCloseable {
    static final Duration LEASE = Duration.ofMillis(200);

    private final StatefulRedisConnection<String, String> connection;
    private final HandshakeStore store;
    Roster roster = Roster.of("nextjs");

    Referee(RedisClient client) {
        connection = client.connect();
        store = new LettuceHandshakeStore(connection, RefereeTime.SERVER, Retention.DEFAULT);
    }

    /** A pause, a deployment that is under way, and one that has ended. */
    void holdSite() {
        SiteHolds holds = new LettuceSiteHolds(connection, RefereeTime.SERVER, Retention.DEFAULT, new OutageLog());
        Duration takes = Duration.ofMinutes(15);
        holds.tell(new DeploymentWord("default", "ended", Kind.FINISHED, takes, Optional.empty()));
        holds.due("default").due().forEach(due -> holds.close(due, new CaughtUp(0, 0, false)));
        holds.tell(new DeploymentWord("default", "under-way", Kind.STARTED, takes, Optional.empty()));
        holds.pause("default", "why", Optional.empty());
    }

    RedisCommands<String, String> redis() {
        return connection.sync();
    }

    static String json(String id, String more) {
        return "{\"revalidation_id\":\"%s\",\"type\":\"post\",\"slug\":\"hello\"%s}".formatted(id, more);
    }

    void publish(String id) {
        publish(JobJson.read(json(id, "")));
    }

    void publish(Job job) {
        store.publish(new Acceptance(job, PathRules.DEFAULT.touchedBy(job), "digest", 1_000_000));
    }

    List<Claimed> claim(int limit, Optional<Popped> popped) {
        return store.claim(new ClaimRequest(
                        UUID.randomUUID().toString(), LEASE, Duration.ofSeconds(1), limit, popped, roster))
                .handshakes();
    }

    Lease claim(String id) {
        publish(id);
        return claim(1, Optional.empty()).getFirst().lease();
    }

    void settle(Lease lease, Settlement.Outcome outcome) {
        store.settle(List.of(new Settlement(lease, "nextjs", outcome)));
    }

    static Settlement.Outcome accepted(Duration callbackWithin) {
        return new Settlement.Accepted(callbackWithin, 2, false, Optional.empty(), Optional.empty());
    }

    void awaiting(String id) {
        settle(claim(id), accepted(Duration.ofMinutes(5)));
    }

    void completed(String id) {
        claim(id);
        confirm(id);
    }

    void failed(String id) {
        settle(claim(id), new Settlement.Rejected("no", false));
    }

    void confirm(String id) {
        store.confirm(List.of(new Confirmation(
                new RevalidationId(id),
                Optional.of("nextjs"),
                new Confirmation.Fresh(Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty())));
    }

    void replay(String failed, String id) {
        store.find(new RevalidationId(failed))
                .flatMap(view -> view.job())
                .ifPresent(job -> store.replay(new Replay(
                        new RevalidationId(failed),
                        job,
                        new RevalidationId(id),
                        JobJson.withId(job, new RevalidationId(id)),
                        1_000_000)));
    }

    void handBack(Lease lease) {
        store.handBack(List.of(lease));
    }

    void renew(Lease lease) {
        store.renew(List.of(lease), LEASE);
    }

    void sweep() {
        store.sweep(new SweepRequest(500, Duration.ofMillis(100), 5));
    }

    @Override
    public void close() {
        connection.close();
    }
}
