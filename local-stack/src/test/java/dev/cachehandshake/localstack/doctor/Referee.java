package dev.cachehandshake.localstack.doctor;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.redis.LettuceHandshakeStore;
import dev.cachehandshake.protocol.redis.LettuceSiteHolds;
import dev.cachehandshake.protocol.redis.OutageLog;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.protocol.redis.RefereeTime;
import dev.cachehandshake.protocol.redis.Retention;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.CaughtUp;
import dev.cachehandshake.protocol.store.Claim;
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
import java.util.Arrays;
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

    void publish(String id, DeliveryClass of) {
        publish(JobJson.read(json(id, "")), of);
    }

    void publish(Job job) {
        publish(job, DeliveryClass.NORMAL);
    }

    void publish(Job job, DeliveryClass of) {
        accept(job, of, Optional.empty());
    }

    /** To be delivered once its page, which all of a class share here, has been quiet for so long. */
    void edit(String id, DeliveryClass of, Duration quiet) {
        accept(JobJson.read(json(id, "")), of, Optional.of(new Acceptance.Quiet(quiet, quiet.multipliedBy(5))));
    }

    private void accept(Job job, DeliveryClass of, Optional<Acceptance.Quiet> quiet) {
        store.publish(new Acceptance(job, PathRules.DEFAULT.touchedBy(job), "digest", of, quiet, 1_000_000, true));
    }

    /** What BLPOP takes, of whatever list has something. */
    Optional<Popped> pop() {
        String[] lists = QueueList.ALL.stream().map(QueueList::list).toArray(String[]::new);
        return Optional.ofNullable(redis().blpop(0.05, lists))
                .map(element -> new Popped(element.getValue(), classOf(element.getKey())));
    }

    private static DeliveryClass classOf(String list) {
        return Arrays.stream(DeliveryClass.values())
                .filter(of ->
                        List.of(RedisKeys.queue(of), RedisKeys.returns(of)).contains(list))
                .findFirst()
                .orElseThrow();
    }

    /** How many elements lie in the queues of all classes together. */
    long backlog() {
        return Arrays.stream(DeliveryClass.values())
                .mapToLong(of -> redis().llen(RedisKeys.queue(of)))
                .sum();
    }

    List<Claimed> claim(int limit) {
        return claim(limit, Optional.empty(), List.of(DeliveryClass.values())).handshakes();
    }

    /** @param classes to take from, in that order */
    Claim claim(int limit, Optional<Popped> popped, List<DeliveryClass> classes) {
        return store.claim(new ClaimRequest(
                UUID.randomUUID().toString(),
                LEASE,
                Duration.ofSeconds(1),
                limit,
                popped,
                classes,
                Job.DEFAULT_SITE,
                Duration.ofSeconds(5),
                roster));
    }

    Lease claim(String id) {
        return claim(id, DeliveryClass.NORMAL);
    }

    Lease claim(String id, DeliveryClass of) {
        publish(id, of);
        return claim(1, Optional.empty(), List.of(of)).handshakes().getFirst().lease();
    }

    /** Another one, which is delivered now, stands for it too. */
    void cover(Claim.Beside beside) {
        settle(beside.lease(), new Settlement.Covered(beside.by()));
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
