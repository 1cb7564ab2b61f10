package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.ClaimRequest;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.Popped;
import dev.cachehandshake.protocol.store.Replay;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.store.SweepRequest;
import dev.cachehandshake.protocol.wire.JobJson;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Takes the scripts and the {@link ReferenceReferee} through the same steps, and compares after each. */
final class RefereeWalk {
    /** What may happen next; the two numbers of a step say to whom and how. */
    enum Move {
        NOTHING(1),
        PUBLISH(6),
        REPLAY(6),
        FOREIGN_PUSH(4),
        FOREIGN_HASH(3),
        JUNK(1),
        MARK(2),
        POP(4),
        CRASH(1),
        CLAIM(14),
        RENEW(6),
        SETTLE(12),
        CONFIRM(2),
        DISPROVE(4),
        BREAK_PAGE(3),
        HAND_BACK(2),
        SWEEP(12),
        ADVANCE(12);

        /** How often it happens, against the others. */
        final int weight;

        Move(int weight) {
            this.weight = weight;
        }
    }

    record Step(Move move, int who, int how) {}

    private static final List<String> IDS = List.of("a", "b", "c", "d", "e");
    /** Ids that replays take: few, so that one meets another. */
    private static final List<String> REPLAYS = List.of("e", "f", "g");

    private static final List<String> ALL = List.of("a", "b", "c", "d", "e", "f", "g");

    private static final Set<String> VERSIONED = Set.of("b", "d");
    private static final List<String> OUTCOMES =
            List.of("accepted", "accepted", "accepted", "retry", "not-reached", "rejected", "not-reached", "simulated");
    private static final List<Long> TIMES = List.of(1L, 900L, 2_000L, 3_000L, 5_000L, 10_000L, 30_000L, 60_000L);
    private static final List<Integer> LIMITS = List.of(1, 2, 4, 20);
    private static final long LEASE = 5_000;
    private static final long HOLD = 7_000;
    private static final long GRACE = 2_000;
    private static final long DELAY = 10_000;
    private static final long CALLBACK_WITHIN = 30_000;
    private static final long GIVE_UP_AFTER = 25_000;
    private static final int MAX_ATTEMPTS = 2;
    private static final int MAX_LOST = 3;
    private static final Map<String, Integer> RANKS =
            Map.of("pending", 0, "acknowledged", 1, "failed", 2, "simulated", 2, "completed", 2);

    private final SteppableClock clock = new SteppableClock();
    private final RedisCommands<String, String> redis;
    private final HandshakeStore store;
    private final ReferenceReferee reference = new ReferenceReferee(VERSIONED, clock.millis());
    private final List<Optional<String>> inHand = new ArrayList<>(List.of(Optional.empty(), Optional.empty()));
    private final List<Lease> leases = new ArrayList<>();
    private final Consumer<String> answers;
    private Map<String, String> before = new HashMap<>();
    private Map.Entry<String, String> lastReplay = Map.entry("a", "f");
    private int nonces;

    /** @param answers hears each answer that both gave */
    RefereeWalk(RefereeServer server, Consumer<String> answers) {
        this(server, Script::source, answers);
    }

    /** @param source what the scripts are instead, to see whether a defect is noticed */
    RefereeWalk(RefereeServer server, Function<Script, String> source, Consumer<String> answers) {
        redis = server.redis();
        OutageLog outages = new OutageLog();
        store = new LettuceHandshakeStore(
                server.connection(),
                new ScriptRunner(server.connection(), RefereeTime.of(clock), Retention.DEFAULT, outages, source),
                outages);
        this.answers = answers;
    }

    void take(Step step) {
        String id = IDS.get(step.who() % IDS.size());
        int how = step.how();
        switch (step.move()) {
            case NOTHING -> {}
            case PUBLISH -> publish(id);
            case REPLAY -> {
                if (how % 4 != 0) {
                    lastReplay = Map.entry(failedOr(id, step.who()), REPLAYS.get(how % REPLAYS.size()));
                }
                // Else the answer to the last one was lost, and it is sent again.
                replay(lastReplay.getKey(), lastReplay.getValue());
            }
            case FOREIGN_PUSH -> push(job(id).json());
            case FOREIGN_HASH -> {
                redis.hset(
                        RefereeSnapshot.statusKey(id),
                        Map.of("state", "pending", "attempts", "" + how % 3, "created_at", "1"));
                reference.foreignHash(id, "pending", "" + how % 3);
            }
            case JUNK -> push(how % 2 == 0 ? "junk" : "[]");
            case MARK -> {
                redis.setex(RedisKeys.marker(new RevalidationId(id)), 3600, "1");
                reference.mark(id);
            }
            case POP -> pop(step.who() % 2);
            case CRASH -> inHand.set(step.who() % 2, Optional.empty());
            case CLAIM -> claim(step.who() % 2, LIMITS.get(how % LIMITS.size()));
            case RENEW -> lease(step).ifPresent(this::renew);
            case SETTLE -> lease(step).ifPresent(lease -> settle(lease, OUTCOMES.get(how % 8), how % 3 == 0));
            case CONFIRM ->
                confirm(id, how % 2 == 0 ? new Confirmation.Unproven() : new Confirmation.Fresh(Optional.empty()), "");
            case DISPROVE -> badNews(step, new Confirmation.Negative("stale", Duration.ofMillis(DELAY), MAX_ATTEMPTS));
            case BREAK_PAGE ->
                badNews(
                        step,
                        new Confirmation.Unreadable("500", Duration.ofMillis(DELAY), Duration.ofMillis(GIVE_UP_AFTER)));
            case HAND_BACK -> lease(step).ifPresent(this::handBack);
            case SWEEP -> sweep();
            case ADVANCE -> advance(TIMES.get(how % TIMES.size()));
        }
        compare(step);
    }

    /** Whatever has happened: workers that work bring everything to its end. */
    void bringToItsEnd() {
        for (int round = 0; round < 4; round++) {
            sweep();
            advance(3_600_000);
            sweep();
            for (int i = 0; i < 40; i++) {
                claim(0, 3);
            }
            List.copyOf(leases)
                    .forEach(lease -> confirm(lease.id().value(), new Confirmation.Fresh(Optional.empty()), ""));
            compare("round " + round + " towards the end");
        }
        assertThat(reference.allDone())
                .as("everything known has ended: %s", before)
                .isTrue();
        advance(ReferenceReferee.REPAIR_AFTER);
        sweep();
        compare("the last look");
        assertThat(redis.exists(RedisKeys.DEADLINES, RedisKeys.QUEUED_NORMAL, RedisKeys.QUEUED_RETURNS))
                .as("nothing is left in an index")
                .isZero();
    }

    private static Job job(String id) {
        return VERSIONED.contains(id) ? Jobs.post(id, id, "7") : Jobs.post(id);
    }

    /** Mostly one of the latest, sometimes one that is long over. */
    private Optional<Lease> lease(Step step) {
        if (leases.isEmpty()) {
            return Optional.empty();
        }
        int back = step.who() % (step.who() % 5 == 0 ? leases.size() : Math.min(3, leases.size()));
        return Optional.of(leases.get(leases.size() - 1 - back));
    }

    private void publish(String id) {
        Acceptance acceptance =
                new Acceptance(job(id), PathRules.DEFAULT.touchedBy(job(id)), "digest of " + id, 10_000);
        same(reference.publish(id), store.publish(acceptance).getClass().getSimpleName());
    }

    /** The job is the one that a failed one would have; whether it has failed the script knows. */
    private void replay(String failed, String id) {
        Replay replay = new Replay(
                new RevalidationId(failed),
                jobNow(failed),
                new RevalidationId(id),
                replayedJob(reference.contentOf(failed), id),
                10_000);
        same(
                "replay " + reference.replay(failed, id),
                "replay " + store.replay(replay).getClass().getSimpleName());
    }

    /** Mostly one that has failed, where there is one. */
    private String failedOr(String any, int who) {
        List<String> failed = reference.failed();
        return failed.isEmpty() || who % 5 == 0 ? any : failed.get(who % failed.size());
    }

    /** As its hash has it. */
    private String jobNow(String id) {
        return replayedJob(reference.contentOf(id), id);
    }

    private static String replayedJob(String content, String id) {
        return JobJson.withId(job(content).json(), new RevalidationId(id));
    }

    private void push(String element) {
        redis.rpush(RedisKeys.QUEUE, element);
        reference.foreignPush(RefereeSnapshot.element(element));
    }

    /** As BLPOP does: returns first. What the worker had in its hand before is lost with it. */
    private void pop(int worker) {
        String element = redis.lpop(RedisKeys.RETURNS);
        if (element != null) {
            reference.pop(ReferenceReferee.RETURNS);
        } else {
            element = redis.lpop(RedisKeys.QUEUE);
            reference.pop(ReferenceReferee.NORMAL);
        }
        inHand.set(worker, Optional.ofNullable(element));
    }

    private void claim(int worker, int limit) {
        // They come again, as they should not: the epoch has to tell two leases apart all the same.
        nonces++;
        String nonce = "n" + nonces % 5;
        Optional<String> held = inHand.set(worker, Optional.empty());
        Claim claim = store.claim(new ClaimRequest(
                nonce,
                Duration.ofMillis(LEASE),
                Duration.ofMillis(HOLD),
                limit,
                held.map(Popped::new),
                Roster.of("nextjs")));
        same(reference.claim(nonce, LEASE, HOLD, limit, held.map(RefereeSnapshot::element)), RefereeAnswers.of(claim));
        claim.handshakes().forEach(claimed -> {
            assertThat(JobJson.read(claimed.job()).id())
                    .isEqualTo(claimed.lease().id());
            assertThat(claimed.job()).isEqualTo(jobNow(claimed.lease().id().value()));
            leases.add(claimed.lease());
        });
    }

    private void renew(Lease lease) {
        same(
                reference.renew(lease.id().value(), lease.epoch(), lease.nonce(), LEASE),
                store.renew(List.of(lease), Duration.ofMillis(LEASE)).toString());
    }

    private void handBack(Lease lease) {
        same(
                reference.handBack(lease.id().value(), lease.epoch(), lease.nonce()),
                store.handBack(List.of(lease)).toString());
    }

    private void settle(Lease lease, String outcome, boolean proof) {
        Duration delay = Duration.ofMillis(DELAY);
        Settlement.Outcome real = switch (outcome) {
            case "accepted" ->
                new Settlement.Accepted(
                        Duration.ofMillis(CALLBACK_WITHIN), MAX_ATTEMPTS, proof, Optional.empty(), Optional.empty());
            case "retry" -> new Settlement.Retry("503", delay, MAX_ATTEMPTS, proof);
            case "rejected" -> new Settlement.Rejected("no", proof);
            case "not-reached" -> new Settlement.NotReached("refused", delay, Duration.ofMillis(GIVE_UP_AFTER), proof);
            default -> new Settlement.Simulated();
        };
        same(
                reference.settle(
                        lease.id().value(),
                        lease.epoch(),
                        lease.nonce(),
                        outcome,
                        outcome.equals("accepted") ? CALLBACK_WITHIN : DELAY,
                        outcome.equals("not-reached") ? GIVE_UP_AFTER : MAX_ATTEMPTS,
                        proof),
                RefereeAnswers.of(store.settle(List.of(new Settlement(lease, "nextjs", real)))
                        .getFirst()));
    }

    private void badNews(Step step, Confirmation.Verdict verdict) {
        lease(step)
                .ifPresent(lease ->
                        confirm(lease.id().value(), verdict, lease.nonce() + (step.how() % 2 == 0 ? "" : ".1")));
    }

    private void confirm(String id, Confirmation.Verdict verdict, String batch) {
        same(
                reference.confirm(
                        id,
                        verdict.getClass().getSimpleName().toLowerCase(Locale.ROOT),
                        batch,
                        DELAY,
                        verdict instanceof Confirmation.Unreadable ? GIVE_UP_AFTER : MAX_ATTEMPTS),
                RefereeAnswers.of(store.confirm(List.of(new Confirmation(
                                new RevalidationId(id),
                                "nextjs",
                                verdict,
                                Optional.of(batch).filter(text -> !text.isEmpty()),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty())))
                        .getFirst()));
    }

    private void sweep() {
        same(
                reference.sweep(GRACE, MAX_LOST),
                RefereeAnswers.of(store.sweep(new SweepRequest(1_000, Duration.ofMillis(GRACE), MAX_LOST))));
    }

    private void advance(long millis) {
        clock.step(Duration.ofMillis(millis));
        reference.now = clock.millis();
    }

    private void same(String expected, String actual) {
        assertThat(actual).isEqualTo(expected);
        answers.accept(actual);
    }

    private void compare(Object after) {
        Map<String, String> now = RefereeSnapshot.of(redis, ALL);
        assertThat(now).as("after %s", after).isEqualTo(reference.snapshot());
        now.forEach((id, line) -> onlyForward(id, before.getOrDefault(id, ""), line));
        before = now;
    }

    /** The one thing that is checked without the reference's help: a state that everybody has seen is never taken back. */
    private static void onlyForward(String id, String before, String now) {
        String was = state(before);
        String is = state(now);
        if (was.isEmpty() || was.equals(is)) {
            return;
        }
        boolean lifted = before.contains("(no-callback)") && is.equals("completed");
        assertThat(RANKS.get(is) > RANKS.get(was) || lifted)
                .as("%s went from %s to %s", id, before, now)
                .isTrue();
    }

    private static String state(String line) {
        return RANKS.keySet().stream()
                .filter(state -> line.contains(" " + state + "("))
                .findFirst()
                .orElse("");
    }
}
