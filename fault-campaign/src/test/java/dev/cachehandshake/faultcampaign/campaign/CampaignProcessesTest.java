package dev.cachehandshake.faultcampaign.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachehandshake.localstack.LocalStackException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CampaignProcessesTest {
    @TempDir
    private Path directory;

    @Test
    void whatAKilledCampaignHasLeftRunningIsStopped() throws Exception {
        Process child = new ProcessBuilder("sleep", "600").start();
        CampaignProcesses killed = CampaignProcesses.in(directory);
        killed.note();
        killed.unlock();

        try (CampaignProcesses next = CampaignProcesses.in(directory)) {
            assertThat(next).isNotNull();
            assertThat(child.isAlive()).isFalse();
        }
    }

    @Test
    void twoCampaignsDoNotShareADirectory() {
        try (CampaignProcesses first = CampaignProcesses.in(directory)) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> CampaignProcesses.in(directory))
                    .isInstanceOf(LocalStackException.class)
                    .hasMessageContaining("another campaign")
                    .hasMessageContaining("--state");
        }
        CampaignProcesses.in(directory).close();
    }
}
