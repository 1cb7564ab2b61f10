package dev.cachehandshake.faultcampaign.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ChaosCommandTest {
    private final StringWriter errors = new StringWriter();
    private final CommandLine command = ChaosCommand.commandLine().setErr(new PrintWriter(errors));

    @ParameterizedTest
    @CsvSource({
        "--runs=0, --runs is 0: it is 1 to 100000",
        "--run=0, --run is 0: runs are counted from 1",
        "--events=99, --events is 99: it is 100 to 5000"
    })
    void anOptionThatCannotBeRightIsSaidInOneLine(String option, String message) {
        assertThat(command.execute(option)).isEqualTo(1);
        assertThat(errors.toString().strip()).isEqualTo("handshake: " + message);
    }

    @Test
    void helpTellsOfItsOptions() {
        assertThat(command.getUsageMessage()).contains("--seed", "--runs", "--run=N", "--events", "--state=DIR");
    }
}
