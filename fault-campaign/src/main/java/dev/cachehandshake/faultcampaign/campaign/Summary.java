package dev.cachehandshake.faultcampaign.campaign;

import dev.cachehandshake.faultcampaign.faults.FaultKind;
import dev.cachehandshake.faultcampaign.verdict.Verdict;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** What all runs of a campaign come to, for people. */
final class Summary {
    private Summary() {}

    static String of(Collection<RunLine> runs) {
        List<Verdict> verdicts = runs.stream().map(RunLine::verdict).toList();
        StringBuilder text = new StringBuilder();
        line(text, "");
        line(text, "%-18s %7s %13s %11s", "fault", "times", "in flight", "repeated");
        for (FaultKind kind : FaultKind.values()) {
            List<Verdict.OfFault> faults = verdicts.stream()
                    .flatMap(verdict -> verdict.byFault().stream())
                    .filter(fault -> fault.kind() == kind)
                    .toList();
            line(
                    text,
                    "%-18s %7d %13d %11d",
                    kind.words(),
                    faults.size(),
                    faults.stream().mapToInt(Verdict.OfFault::inFlight).sum(),
                    faults.stream().mapToInt(Verdict.OfFault::repeated).sum());
        }
        line(text, "");
        line(
                text,
                "runs                        %d, with %d violations in %d of them",
                runs.size(),
                sum(verdicts, verdict -> verdict.violations().size()),
                (int) verdicts.stream().filter(verdict -> !verdict.isClean()).count());
        line(
                text,
                "updates                     %d, of which accepted %d, completed %d, failed %d %s",
                sum(verdicts, Verdict::events),
                sum(verdicts, Verdict::accepted),
                sum(verdicts, Verdict::completed),
                sum(verdicts, Verdict::failed),
                failures(verdicts));
        line(text, "published mid-flight        %d", sum(verdicts, Verdict::midFlight));
        line(
                text,
                "deliveries                  %d, of which duplicates %d",
                sum(verdicts, Verdict::deliveries),
                sum(verdicts, Verdict::duplicates));
        line(text, "worker killed -> redelivery %s", percentiles(verdicts, Verdict::killToRedelivery));
        line(text, "redis back -> work goes on  %s", percentiles(verdicts, Verdict::redisBackToWork));
        return text.toString();
    }

    private static int sum(List<Verdict> verdicts, ToIntFunction<Verdict> count) {
        return verdicts.stream().mapToInt(count).sum();
    }

    private static String failures(List<Verdict> verdicts) {
        Map<String, Integer> all = new TreeMap<>();
        verdicts.forEach(
                verdict -> verdict.failures().forEach((reason, count) -> all.merge(reason, count, Integer::sum)));
        return all.isEmpty() ? "" : all.toString();
    }

    private static String percentiles(List<Verdict> verdicts, Function<Verdict, List<Long>> times) {
        long[] sorted = verdicts.stream()
                .flatMap(verdict -> times.apply(verdict).stream())
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        return sorted.length == 0
                ? "not measured"
                : String.format(
                        Locale.ROOT,
                        "p50 %.2f s, p99 %.2f s, most %.2f s (n=%d)",
                        at(sorted, 0.50),
                        at(sorted, 0.99),
                        sorted[sorted.length - 1] / 1e3,
                        sorted.length);
    }

    private static double at(long[] sorted, double part) {
        return sorted[Math.max(0, (int) Math.ceil(part * sorted.length) - 1)] / 1e3;
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private static void line(StringBuilder text, String format, Object... values) {
        text.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
                .append('\n');
    }
}
