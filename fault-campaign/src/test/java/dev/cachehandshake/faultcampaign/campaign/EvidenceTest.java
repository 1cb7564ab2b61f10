package dev.cachehandshake.faultcampaign.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.faultcampaign.faults.FaultKind;
import dev.cachehandshake.faultcampaign.faults.Schedule;
import dev.cachehandshake.faultcampaign.history.Event;
import dev.cachehandshake.faultcampaign.verdict.Violation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceTest {
    private static final List<Event> HISTORY = List.of(
            new Event.Posted(1_000_000, "lost", "entry", 1, false),
            new Event.Posted(1_000_000, "other", "entry-2", 1, false),
            new Event.FaultBegan(2_000_000, 0, FaultKind.WORKER_KILLED, "worker a"),
            new Event.PostAnswered(1_500_000_000, "lost", 202));
    private static final List<Violation> VIOLATIONS = List.of(new Violation("I1", "lost", "never ended"));

    @TempDir
    private Path directory;

    @Test
    void aViolationIsShownWithWhatWasSeenOfItsHandshakeAndWhatWasBroken() {
        String shown = Evidence.show(VIOLATIONS, HISTORY);

        assertThat(shown)
                .contains("I1: lost: never ended", "0.001 s  Posted", "1.500 s  PostAnswered", "WORKER_KILLED")
                .doesNotContain("other");
    }

    @Test
    void theWholeHistoryTheScheduleAndTheLogsAreKept() throws Exception {
        Path logs = Files.createDirectories(directory.resolve("logs"));
        Files.writeString(logs.resolve("a.log"), "a line");

        Path kept = new Evidence(directory.resolve("violations")).keep(3, Schedule.of(1, 3), HISTORY, VIOLATIONS, logs);

        assertThat(kept).isDirectory();
        assertThat(kept.resolve("a.log")).hasContent("a line");
        assertThat(kept.resolve("history.txt")).content().contains("other").contains("lost");
        assertThat(kept.resolve("schedule.txt")).content().contains("seed=");
        assertThat(kept.resolve("violations.txt")).hasContent("I1: lost: never ended");
    }
}
