package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.ClaimRequest;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.Confirmed;
import dev.cachehandshake.protocol.store.Ending;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.HandshakeView;
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
 * Walks of generated steps over handshakes with several targets, of which some come and go. After each step every open leg is in
 * exactly one index and no state has gone back; a handshake is completed only when each target that is not gone has said so
 * itself; and workers that work bring everything to its end.
 */
class FanOutWalkTest {
    enum Move {
        PUBLISH,
        POP,
        ROSTER,
        CLAIM,
        SETTLE,
        CONFIRM,
        DISPROVE,
        HAND_BACK,
        SWEEP,
        ADVANCE
    }

    record Step(Move move, int who, int how) {}

    private static final RefereeServer SERVER = RefereeServer.shared();
    private static final List<String> IDS = List.of("a", "b", "c");
    private static final List<String> TARGETS = List.of("one", "two", "three");
    private static final List<List<String>> ROSTERS = List.of(
            TARGETS,
            TARGETS,
            List.of("one", "two"),
            List.of("two", "three"),
            List.of("three"),
            List.of("four", "five"));
    private static final List<Long> TIMES = List.of(1L, 900L, 2_000L, 5_000L, 10_000L, 30_000L);
    private static final Map<HandshakeState, Integer> RANKS = Map.of(
            HandshakeState.PENDING, 0,
            HandshakeState.ACKNOWLEDGED, 1,
            HandshakeState.FAILED, 2,
            HandshakeState.SIMULATED, 2,
            HandshakeState.COMPLETED, 3);

    private SteppableClock clock;
    private RedisCommands<String, String> redis;
    private HandshakeStore store;
    private List<Lease> leases;
    private Map<Lease, String> targetOf;
    private Set<RevalidationId> saidYes;
    private Map<String, HandshakeState> seen;
    private List<String> roster = TARGETS;
    private int nonces;
    private boolean completedWithSeveral;

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void completedMeansAllThatAreThere(@ForAll("walks") List<Step> steps) {
        begin(Script::source);
        for (Step step : steps) {
            take(step);
            check();
        }
        bringToItsEnd();
    }

    static List<ScriptDefectsTest.Defect> defects() {
        return List.of(
                new ScriptDefectsTest.Defect(
                        "the first target that has proven completes it",
                        "    if not how then return nil end\n    count[how]",
                        "    if not how then break end\n    count[how]"),
                new ScriptDefectsTest.Defect(
                        "a leg that has ended stays in its index",
                        "local function finish_leg(leg, how)\n  leave_indexes(leg)\n",
                        "local function finish_leg(leg, how)\n"),
                new ScriptDefectsTest.Defect(
                        "what one target failed for is forgotten",
                        "  if problem then return 'failed', targets[problem], ended[problem] end\n",
                        ""),
                new ScriptDefectsTest.Defect(
                        "a target that is there counts as gone", "not in_roster[handshake.target] then", "true then"),
                new ScriptDefectsTest.Defect(
                        "when all are gone nothing comes after",
                        "  forget_legs(parent)\n  set_attempts(parent, 0)\n  return_first(parent)\n",
                        ""),
                new ScriptDefectsTest.Defect(
                        "legs are counted as handshakes are",
                        "if not handshake.parent then count_state",
                        "if true then count_state"));
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
            for (int i = 0; i < 90; i++) {
                Move move = Move.values()[random.nextInt(Move.values().length)];
                take(new Step(move, random.nextInt(60), random.nextInt(60)));
                check();
            }
            bringToItsEnd();
            return false;
        } catch (AssertionError | RuntimeException noticed) {
            return true;
        }
    }

    /** So that the walks above are known to come to what they are about. */
    @Property(tries = 1, seed = "20260101", edgeCases = EdgeCasesMode.NONE)
    void aWalkCompletesWithSeveral() {
        begin(Script::source);
        IDS.forEach(this::publish);
        bringToItsEnd();

        assertThat(completedWithSeveral).isTrue();
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
        leases = new ArrayList<>();
        targetOf = new HashMap<>();
        saidYes = new HashSet<>();
        seen = new HashMap<>();
        completedWithSeveral = false;
        roster = TARGETS;
    }

    private void take(Step step) {
        switch (step.move()) {
            case PUBLISH -> publish(IDS.get(step.who() % IDS.size()));
            case POP -> redis.lpop(step.how() % 2 == 0 ? RedisKeys.QUEUE : RedisKeys.RETURNS);
            case ROSTER -> roster = ROSTERS.get(step.how() % ROSTERS.size());
            case CLAIM -> claim(roster, 1 + step.who() % 4);
            case SETTLE -> lease(step).ifPresent(lease -> settle(lease, step.how()));
            case CONFIRM -> lease(step).ifPresent(lease -> confirm(lease, new Confirmation.Fresh(Optional.empty())));
            case DISPROVE ->
                lease(step)
                        .ifPresent(
                                lease -> confirm(lease, new Confirmation.Negative("stale", Duration.ofSeconds(10), 2)));
            case HAND_BACK -> lease(step).ifPresent(lease -> store.handBack(List.of(lease)));
            case SWEEP -> sweep();
            case ADVANCE -> clock.step(Duration.ofMillis(TIMES.get(step.how() % TIMES.size())));
        }
    }

    private void publish(String id) {
        var job = id.equals("b") ? Jobs.post(id, id, "7") : Jobs.post(id);
        store.publish(new Acceptance(job, PathRules.DEFAULT.touchedBy(job), id, 1_000));
    }

    private void claim(List<String> roster, int limit) {
        Set<RevalidationId> goneBefore = gone();
        Claim claim = store.claim(new ClaimRequest(
                "n" + nonces++ % 4,
                Duration.ofSeconds(5),
                Duration.ofSeconds(7),
                limit,
                Optional.empty(),
                new Roster(roster, false, Optional.empty())));
        Set<RevalidationId> goneNow = gone();
        goneNow.removeAll(goneBefore);
        assertThat(goneNow)
                .as("what is gone is not in the roster %s", roster)
                .noneMatch(leg -> roster.contains(leg.leg().orElseThrow()));
        claim.endings().forEach(this::ended);
        claim.handshakes().forEach(claimed -> {
            assertThat(roster).contains(claimed.target());
            assertThat(JobJson.read(claimed.job()).id())
                    .isEqualTo(claimed.lease().id().handshake());
            leases.add(claimed.lease());
            targetOf.put(claimed.lease(), claimed.target());
        });
    }

    private Set<RevalidationId> gone() {
        Set<RevalidationId> gone = new HashSet<>();
        for (String id : IDS) {
            RevalidationId handshake = new RevalidationId(id);
            store.find(handshake)
                    .ifPresent(view -> view.targets().stream()
                            .filter(target -> target.status().equals("gone"))
                            .forEach(target -> gone.add(handshake.at(target.name()))));
        }
        return gone;
    }

    private void settle(Lease lease, int how) {
        Duration delay = Duration.ofSeconds(10);
        Settlement.Outcome outcome = switch (how % 6) {
            case 0 -> new Settlement.Retry("503", delay, 2, false);
            case 1 -> new Settlement.Rejected("no", false);
            case 2 -> new Settlement.NotReached("refused", delay, Duration.ofSeconds(40), false);
            default -> new Settlement.Accepted(Duration.ofSeconds(30), 2, false, Optional.empty(), Optional.empty());
        };
        Settled settled = store.settle(List.of(new Settlement(lease, targetOf.get(lease), outcome)))
                .getFirst();
        if (settled instanceof Settled.Ended ended) {
            ended(ended.ending());
        }
    }

    private void confirm(Lease lease, Confirmation.Verdict verdict) {
        if (verdict instanceof Confirmation.Fresh) {
            saidYes.add(lease.id().handshake().at(targetOf.get(lease)));
        }
        Confirmed confirmed = store.confirm(List.of(new Confirmation(
                        lease.id(),
                        Optional.of(targetOf.get(lease)),
                        verdict,
                        Optional.of(lease.nonce()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())))
                .getFirst();
        if (confirmed instanceof Confirmed.Ended ended) {
            ended(ended.ending());
        }
    }

    private void sweep() {
        store.sweep(new SweepRequest(100, Duration.ofSeconds(2), 3)).endings().forEach(this::ended);
    }

    /** The heart of it. */
    private void ended(Ending ending) {
        assertThat(ending.id().leg()).as("a leg's end is told to nobody").isEmpty();
        HandshakeView view = store.find(ending.id()).orElseThrow();
        if (ending.state() == HandshakeState.COMPLETED) {
            List<String> waitedFor = view.targets().stream()
                    .filter(target -> !target.status().equals("gone"))
                    .map(HandshakeView.TargetProgress::name)
                    .toList();
            assertThat(waitedFor).as("targets of %s", ending).isNotEmpty();
            assertThat(saidYes)
                    .as("%s", ending)
                    .containsAll(waitedFor.stream().map(ending.id()::at).toList());
            completedWithSeveral |= waitedFor.size() > 1;
        }
    }

    private void check() {
        RefereeIndexes.check(redis);
        for (String id : IDS) {
            store.find(new RevalidationId(id)).ifPresent(view -> {
                HandshakeState before = seen.put(id, view.state());
                assertThat(before == null || RANKS.get(view.state()) >= RANKS.get(before))
                        .as("%s went from %s to %s", id, before, view.state())
                        .isTrue();
            });
        }
    }

    private void bringToItsEnd() {
        for (int round = 0; round < 6; round++) {
            clock.step(Duration.ofMinutes(1));
            sweep();
            clock.step(Duration.ofSeconds(5));
            sweep();
            for (int i = 0; i < 40; i++) {
                claim(TARGETS, 3);
            }
            List.copyOf(leases).forEach(lease -> confirm(lease, new Confirmation.Fresh(Optional.empty())));
            check();
        }
        assertThat(seen.values())
                .allSatisfy(state -> assertThat(state.isTerminal()).isTrue());
        clock.step(Duration.ofSeconds(5));
        sweep();
        assertThat(redis.exists(RedisKeys.DEADLINES, RedisKeys.QUEUED_NORMAL, RedisKeys.QUEUED_RETURNS))
                .as("nothing is left in an index")
                .isZero();
        assertThat(redis.keys("revalidation:*\u001F*")).as("no leg is left").isEmpty();
    }

    private Optional<Lease> lease(Step step) {
        return leases.isEmpty()
                ? Optional.empty()
                : Optional.of(leases.get(Math.max(0, leases.size() - 1 - step.who() % 6)));
    }

    @Provide
    Arbitrary<List<Step>> walks() {
        Arbitrary<Integer> numbers =
                Arbitraries.integers().between(0, 59).withDistribution(RandomDistribution.uniform());
        return Combinators.combine(Arbitraries.of(Move.values()), numbers, numbers)
                .as(Step::new)
                .list()
                .ofMaxSize(90)
                .withSizeDistribution(RandomDistribution.uniform());
    }
}
