package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.redis.RefereeWalk.Move;
import dev.cachehandshake.protocol.redis.RefereeWalk.Step;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

/** Random walks: the scripts do what the {@link ReferenceReferee} does, and whatever happens, nothing is lost. */
class RefereeModelTest {
    /** What walks must meet between them, as patterns of answers, or they are no test. */
    private static final List<String> MET = List.of(
            "^Accepted",
            "^AlreadyAccepted",
            "^Conflict",
            "^replay Accepted",
            "^replay AlreadyAccepted",
            "^replay Conflict",
            "^replay Moved",
            "lost=1.*lost=1",
            "lost=2",
            "ghosts=[1-9]",
            "poison=[1-9]",
            "^stale . in leased",
            "^stale . in done",
            "^ended . completed",
            "^ended . simulated",
            "exhausted",
            "rejected",
            "no-callback",
            "crash-loop",
            "unreachable",
            "unreadable",
            "^ended . failed stale",
            "^late . failed",
            "^late . completed",
            "^retry",
            "^superseded",
            "^not delivered",
            "^proof required",
            "^unknown",
            ":POPPED",
            ":LEASE",
            ":CALLBACK",
            "requeued=[1-9]",
            "repaired=[1-9]");

    private static final RefereeServer SERVER = RefereeServer.shared();

    /** Other walks in each run; a failure names its seed. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void theScriptsDoWhatTheReferenceDoesAndNothingIsLost(@ForAll("walks") List<Step> steps) {
        walk(steps);
    }

    /** The same walks in each run, so that what they meet is no matter of luck. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE, seed = "20260101")
    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    void betweenThemTheWalksMeetEveryAnswer(@ForAll("walks") List<Step> steps) {
        String answers = walk(steps);

        for (String met : MET) {
            if (Pattern.compile(met, Pattern.MULTILINE).matcher(answers).find()) {
                Statistics.label("met").collect(met);
            }
        }
        Statistics.label("met")
                .coverage(coverage -> MET.forEach(met -> coverage.check(met).count(count -> count > 0)));
    }

    /** @return every answer, one a line */
    private static String walk(List<Step> steps) {
        SERVER.empty();
        StringBuilder answers = new StringBuilder();
        RefereeWalk walk =
                new RefereeWalk(SERVER, answer -> answers.append(answer).append('\n'));
        steps.forEach(walk::take);
        walk.bringToItsEnd();
        return answers.toString();
    }

    @Provide
    Arbitrary<List<Step>> walks() {
        Arbitrary<Move> moves = Arbitraries.frequency(weights());
        Arbitrary<Integer> numbers =
                Arbitraries.integers().between(0, 119).withDistribution(RandomDistribution.uniform());
        return Combinators.combine(moves, numbers, numbers)
                .as(Step::new)
                .list()
                .ofMaxSize(120)
                .withSizeDistribution(RandomDistribution.uniform());
    }

    private static List<Tuple2<Integer, Move>> weights() {
        return Arrays.stream(Move.values())
                .map(move -> Tuple.of(move.weight, move))
                .toList();
    }
}
