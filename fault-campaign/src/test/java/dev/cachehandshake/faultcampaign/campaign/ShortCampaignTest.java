package dev.cachehandshake.faultcampaign.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.faultcampaign.faults.Fault;
import dev.cachehandshake.faultcampaign.faults.FaultKind;
import dev.cachehandshake.faultcampaign.faults.Schedule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, broken in turn, a few runs of a seed that break many parts between them. The long one is a command. */
@Tag("slow")
class ShortCampaignTest {
    private static final long SEED = 744;
    private static final int RUNS = 2;
    private static final int UPDATES = 540;

    @TempDir
    private Path directory;

    @Test
    void whateverIsBrokenUnderLoadEveryPromiseIsKept() throws Exception {
        Set<FaultKind> broken = EnumSet.noneOf(FaultKind.class);
        for (int run = 1; run <= RUNS; run++) {
            Schedule.of(SEED, run).faults().stream().map(Fault::kind).forEach(broken::add);
        }
        assertThat(broken).hasSizeGreaterThanOrEqualTo(6);
        List<String> said = new ArrayList<>();

        try (Campaign campaign = new Campaign(SEED, UPDATES, Path.of(".."), directory, said::add)) {
            assertThat(campaign.runUpTo(RUNS)).as(String.join("\n", said)).isTrue();
        }

        assertThat(new CampaignFile(directory, SEED).read()).hasSize(RUNS);
        said.forEach(line -> System.out.println("chaos: " + line));
    }
}
