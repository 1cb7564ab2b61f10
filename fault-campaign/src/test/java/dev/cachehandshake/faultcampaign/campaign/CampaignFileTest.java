package dev.cachehandshake.faultcampaign.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.faultcampaign.faults.FaultKind;
import dev.cachehandshake.faultcampaign.verdict.Verdict;
import dev.cachehandshake.faultcampaign.verdict.Violation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CampaignFileTest {
    @TempDir
    private Path directory;

    static RunLine line(int run, List<Violation> violations, List<Long> redelivery) {
        return new RunLine(
                run,
                run * 100L,
                9_000,
                new Verdict(
                        violations,
                        540,
                        540,
                        538,
                        2,
                        90,
                        700,
                        5,
                        List.of(new Verdict.OfFault(FaultKind.WORKER_KILLED, "worker a", 900, 12, 5)),
                        redelivery,
                        List.of(300L),
                        Map.of("exhausted", 2)));
    }

    @Test
    void whatWasWrittenIsReadAgain() {
        CampaignFile file = new CampaignFile(directory.resolve("new"), 7);
        RunLine clean = line(1, List.of(), List.of(2_000L));
        RunLine broken = line(2, List.of(new Violation("I1", "one", "lost")), List.of());
        file.append(clean);
        file.append(broken);

        assertThat(file.read()).containsExactly(Map.entry(1, clean), Map.entry(2, broken));
        assertThat(new CampaignFile(directory.resolve("new"), 8).read()).isEmpty();
    }

    @Test
    void aLineThatWasNotWrittenToItsEndIsARunThatIsNotDone() throws Exception {
        CampaignFile file = new CampaignFile(directory, 7);
        file.append(line(1, List.of(), List.of()));
        Files.writeString(file.path(), "{\"run\":2,\"seed\":", StandardOpenOption.APPEND);

        assertThat(file.read()).containsOnlyKeys(1);
    }

    @Test
    void whatComesAfterABrokenOffLineIsNotLost() throws Exception {
        CampaignFile file = new CampaignFile(directory, 7);
        Files.writeString(file.path(), "{\"run\":1,\"seed\":");
        file.append(line(2, List.of(), List.of()));

        assertThat(file.read()).containsOnlyKeys(2);
    }

    @Test
    void theSummaryAddsUpAllRuns() {
        String summary = Summary.of(List.of(
                line(1, List.of(), List.of(1_000L, 2_000L, 3_000L)),
                line(2, List.of(new Violation("I1", "one", "lost")), List.of(4_000L))));

        assertThat(summary)
                .contains("worker killed            2            24          10")
                .contains("redis paused             0             0           0")
                .contains("2, with 1 violations in 1 of them")
                .contains("1080, of which accepted 1080, completed 1076, failed 4 {exhausted=4}")
                .contains("1400, of which duplicates 10")
                .contains("worker killed -> redelivery p50 2.00 s, p99 4.00 s, most 4.00 s (n=4)")
                .contains("redis back -> work goes on  p50 0.30 s");
    }
}
