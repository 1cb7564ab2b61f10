package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.ClaimRequest;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.Confirmed;
import dev.cachehandshake.protocol.store.Ending;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.store.Settled;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.store.SweepRequest;
import dev.cachehandshake.protocol.wire.JobJson;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The last write wins through, whoever covers whom: walks of generated steps over edits of two pages, of which some wait for
 * their page to be quiet, by two workers that may stop at any moment. A site makes a page of what the CMS holds when a call
 * begins. No edit is completed before its page was made of that edit or a later one, and all are in the end but those that the
 * site has refused.
 */
class CoalescingWalkTest {
    enum Move {
        EDIT,
        CLAIM,
        /** One step further: cover, call, settle, call back. */
        GO_ON,
        DIE,
        POP,
        SWEEP,
        ADVANCE
    }

    record Step(Move move, int which, int how) {}

    /** A claim on its way; the numbers of the content that its pages were made of, once it has been called. */
    private static final class Call {
        final Claim claim;
        boolean covered;
        boolean settled;
        boolean refused;
        Map<String, Integer> made = Map.of();

        Call(Claim claim) {
            this.claim = claim;
        }
    }

    private static final RefereeServer SERVER = RefereeServer.shared();
    private static final List<String> PAGES = List.of("one", "two");
    private static final List<Optional<Acceptance.Quiet>> RULES = List.of(
            Optional.empty(),
            Optional.of(new Acceptance.Quiet(Duration.ZERO, Duration.ofSeconds(10))),
            Optional.of(new Acceptance.Quiet(Duration.ofSeconds(2), Duration.ofSeconds(10))),
            Optional.of(new Acceptance.Quiet(Duration.ofSeconds(2), Duration.ofSeconds(10))));
    private static final List<Long> TIMES = List.of(1L, 500L, 1_500L, 2_000L, 5_000L, 31_000L);

    private SteppableClock clock;
    private RedisCommands<String, String> redis;
    private HandshakeStore store;
    private Map<String, Integer> content;
    private Map<String, Integer> shown;
    private Map<String, Integer> accepted;
    private Set<String> refused;
    private List<Call> calls;
    private int nonces;
    private boolean coversAreEnded;

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void noEditIsCompletedBeforeItsPageIsMadeOfIt(@ForAll("walks") List<Step> steps) {
        begin(Script::source);
        steps.forEach(this::take);
        bringToItsEnd();
    }

    static List<ScriptDefectsTest.Defect> defects() {
        return List.of(
                new ScriptDefectsTest.Defect(
                        "who is covered is completed before the call of the one that covers it",
                        "write(handshake, 'phase', 'covered', 'covered_by', by.id)",
                        "do return complete(handshake, 'unproven') end"),
                new ScriptDefectsTest.Defect(
                        "who is covered is completed though the one that covers it has failed",
                        "if by and by.referee_state == 'completed' then",
                        "if by then"),
                new ScriptDefectsTest.Defect(
                        "nobody looks at the covered ones",
                        "look_again_at(handshake, by.phase == 'done' and now or now + COVERED_LOOKS_EVERY_MS)",
                        "redis.call('ZREM', DEADLINES, handshake.id)"),
                new ScriptDefectsTest.Defect(
                        "nobody looks after the one that is left behind",
                        "redis.call('ZADD', DEADLINES, 'XX', whole(at_the_latest + LEFT_BEHIND_AFTER_MS), last)",
                        "redis.call('ZREM', DEADLINES, last)"));
    }

    @ParameterizedTest
    @MethodSource("defects")
    void aDefectIsCaught(ScriptDefectsTest.Defect defect) {
        assertThat(Arrays.stream(Script.values())
                        .filter(script -> !defect.plantedIn(script).equals(script.source())))
                .as("scripts that hold the code in which it is planted")
                .isNotEmpty();

        assertThat(IntStream.range(0, 60).anyMatch(seed -> isCaught(defect, seed)))
                .as("whether a walk notices that %s", defect)
                .isTrue();
    }

    private boolean isCaught(ScriptDefectsTest.Defect defect, int seed) {
        Random random = new Random(seed);
        try {
            begin(defect::plantedIn);
            for (int i = 0; i < 70; i++) {
                Move move = Move.values()[random.nextInt(Move.values().length)];
                take(new Step(move, random.nextInt(60), random.nextInt(60)));
            }
            bringToItsEnd();
            return false;
        } catch (AssertionError | RuntimeException noticed) {
            return true;
        }
    }

    /** So that the walks above are known to come to what they are about. */
    @Property(tries = 1, edgeCases = EdgeCasesMode.NONE)
    void aWalkCovers() {
        begin(Script::source);
        for (int i = 0; i < 3; i++) {
            edit("one", 2);
        }
        bringToItsEnd();

        assertThat(coversAreEnded).isTrue();
    }

    private void begin(Function<Script, String> source) {
        SERVER.empty();
        clock = new SteppableClock();
        redis = SERVER.redis();
        OutageLog outages = new OutageLog();
        store = new LettuceHandshakeStore(
                SERVER.connection(),
                new ScriptRunner(SERVER.connection(), RefereeTime.of(clock), Retention.DEFAULT, outages, source),
                outages);
        content = new HashMap<>();
        shown = new HashMap<>();
        accepted = new HashMap<>();
        refused = new HashSet<>();
        calls = new ArrayList<>();
        coversAreEnded = false;
    }

    private void take(Step step) {
        switch (step.move()) {
            case EDIT -> edit(PAGES.get(step.which() % PAGES.size()), step.how());
            case CLAIM -> claim(1 + step.which() % 5);
            case GO_ON -> call(step).ifPresent(call -> goOn(call, step.how() % 5 == 0));
            case DIE -> call(step).filter(call -> step.how() % 3 == 0).ifPresent(calls::remove);
            case POP -> redis.lpop(step.how() % 2 == 0 ? RedisKeys.QUEUE : RedisKeys.RETURNS);
            case SWEEP -> sweep();
            case ADVANCE -> clock.step(Duration.ofMillis(TIMES.get(step.how() % TIMES.size())));
        }
        RefereeIndexes.check(redis);
    }

    private void edit(String page, int how) {
        int number = content.merge(page, 1, Integer::sum);
        String id = page + "-" + number;
        Job job = how % 2 == 0 ? JobJson.read(Jobs.json(id, page, "")) : Jobs.post(id, page, Integer.toString(number));
        store.publish(new Acceptance(
                job,
                PathRules.DEFAULT.touchedBy(job),
                id,
                DeliveryClass.NORMAL,
                RULES.get(how % RULES.size()),
                1_000,
                true));
        accepted.put(id, number);
    }

    private void claim(int limit) {
        Claim claim = store.claim(new ClaimRequest(
                "n" + nonces++,
                Duration.ofSeconds(5),
                Duration.ofSeconds(40),
                limit,
                Optional.empty(),
                Roster.of("nextjs")));
        claim.endings().forEach(this::ended);
        if (!claim.handshakes().isEmpty()) {
            calls.add(new Call(claim));
        }
    }

    /** @param refuses whether the site does, when it is called */
    private void goOn(Call call, boolean refuses) {
        if (!call.covered) {
            call.covered = true;
            settle(call.claim.beside().stream()
                    .map(one -> new Settlement(one.lease(), "", coveredBy(call.claim, one)))
                    .toList());
        } else if (call.made.isEmpty()) {
            call.made = Map.copyOf(content);
            call.refused = refuses;
            if (!refuses) {
                call.claim.handshakes().forEach(claimed -> {
                    String page = pageOf(claimed.lease().id());
                    shown.merge(page, content.get(page), Math::max);
                });
            }
        } else if (call.refused) {
            calls.remove(call);
            call.claim
                    .handshakes()
                    .forEach(claimed -> refused.add(claimed.lease().id().value()));
            settle(call.claim.handshakes().stream()
                    .map(claimed -> new Settlement(claimed.lease(), "nextjs", new Settlement.Rejected("no", false)))
                    .toList());
        } else if (!call.settled) {
            call.settled = true;
            settle(call.claim.handshakes().stream()
                    .map(claimed -> new Settlement(claimed.lease(), "nextjs", accepts(claimed)))
                    .toList());
        } else {
            calls.remove(call);
            call.claim.handshakes().forEach(claimed -> confirm(claimed, call.made));
        }
    }

    /** What has a version only one that has one too may stand for; the worker hands back the others. */
    private static Settlement.Outcome coveredBy(Claim claim, Claim.Beside one) {
        boolean versioned = claim.handshakes().stream()
                .filter(claimed -> claimed.lease().id().equals(one.by()))
                .anyMatch(claimed -> JobJson.read(claimed.job()).version().isPresent());
        return versioned || JobJson.read(one.job()).version().isEmpty()
                ? new Settlement.Covered(one.by())
                : new Settlement.NotReached("not covered", Duration.ZERO, Duration.ofDays(7), false);
    }

    private static Settlement.Outcome accepts(Claimed claimed) {
        boolean proves = JobJson.read(claimed.job()).version().isPresent();
        return new Settlement.Accepted(Duration.ofSeconds(30), 3, proves, Optional.empty(), Optional.empty());
    }

    private void settle(List<Settlement> settlements) {
        store.settle(settlements).forEach(settled -> {
            if (settled instanceof Settled.Ended ended) {
                ended(ended.ending());
            }
        });
    }

    private void confirm(Claimed claimed, Map<String, Integer> made) {
        RevalidationId id = claimed.lease().id();
        boolean proves = JobJson.read(claimed.job()).version().isPresent();
        assertThat(made.get(pageOf(id)))
                .as("a call covers what was accepted before it: %s", id)
                .isGreaterThanOrEqualTo(accepted.get(id.value()));
        Confirmed confirmed = store.confirm(List.of(new Confirmation(
                        id,
                        Optional.of("nextjs"),
                        proves ? new Confirmation.Fresh(Optional.empty()) : new Confirmation.Unproven(),
                        Optional.of(claimed.lease().nonce()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())))
                .getFirst();
        if (confirmed instanceof Confirmed.Ended ended) {
            ended(ended.ending());
        }
    }

    private void sweep() {
        store.sweep(new SweepRequest(100, Duration.ofSeconds(2), 100)).endings().forEach(this::ended);
    }

    /** The heart of it. */
    private void ended(Ending ending) {
        if (ending.state() == HandshakeState.COMPLETED) {
            assertThat(shown.getOrDefault(pageOf(ending.id()), 0))
                    .as("what the page shows when %s is completed", ending.id())
                    .isGreaterThanOrEqualTo(accepted.get(ending.id().value()));
            coversAreEnded |= store.find(ending.id()).orElseThrow().coveredBy().isPresent();
        }
    }

    /** By a worker that works, in the time that the longest wait takes. */
    private void bringToItsEnd() {
        for (int round = 0; round < 8; round++) {
            clock.step(Duration.ofSeconds(45));
            sweep();
            clock.step(Duration.ofSeconds(1));
            sweep();
            for (int i = 0; i < 5; i++) {
                claim(20);
            }
            while (!calls.isEmpty()) {
                goOn(calls.getFirst(), false);
            }
            RefereeIndexes.check(redis);
        }
        accepted.keySet().forEach(id -> {
            HandshakeState end =
                    store.find(new RevalidationId(id)).orElseThrow().state();
            assertThat(end == HandshakeState.COMPLETED || (end == HandshakeState.FAILED && refused.contains(id)))
                    .as("%s, whose site has refused %s, ends %s", id, refused, end)
                    .isTrue();
        });
    }

    private static String pageOf(RevalidationId id) {
        return id.value().substring(0, id.value().indexOf('-'));
    }

    private Optional<Call> call(Step step) {
        return calls.isEmpty() ? Optional.empty() : Optional.of(calls.get(step.which() % calls.size()));
    }

    @Provide
    Arbitrary<List<Step>> walks() {
        Arbitrary<Integer> numbers =
                Arbitraries.integers().between(0, 59).withDistribution(RandomDistribution.uniform());
        return Combinators.combine(Arbitraries.of(Move.values()), numbers, numbers)
                .as(Step::new)
                .list()
                .ofMaxSize(70)
                .withSizeDistribution(RandomDistribution.uniform());
    }
}
