package dev.cachehandshake.faultcampaign.campaign;

import dev.cachehandshake.localredis.StopAtExit;
import dev.cachehandshake.localstack.LocalStackException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./handshake chaos}: breaks a pair under load, again and again, and says which promise was not kept. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        description =
                "Runs publisher, workers, Redis and a scripted site under load, breaks them by a seeded schedule, and holds"
                        + " what was seen against the promises. The same seed repeats the same schedule. A campaign that was broken off"
                        + " goes on where it was.")
public final class ChaosCommand implements Callable<Integer> {
    @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--runs", defaultValue = "12", description = "How many in all. Default: ${DEFAULT-VALUE}.")
    private int runs;

    @Option(names = "--run", paramLabel = "N", description = "That one run alone, once more.")
    private Integer only;

    @Option(names = "--events", defaultValue = "540", description = "Updates a run. Default: ${DEFAULT-VALUE}.")
    private int events;

    @Option(names = "--home", defaultValue = ".", hidden = true)
    private Path home;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Keeps runs, logs and evidence. Default: .handshake/chaos")
    private Path state;

    public static void main(String... args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine command = new CommandLine(new ChaosCommand());
        command.setExecutionExceptionHandler((failure, line, parsed) -> {
            if (StopAtExit.isUnderWay()) {
                return CommandLine.ExitCode.SOFTWARE;
            }
            if (failure instanceof LocalStackException known) {
                line.getErr().println("handshake: " + known.getMessage());
                return CommandLine.ExitCode.SOFTWARE;
            }
            throw failure;
        });
        return command;
    }

    @Override
    public Integer call() throws Exception {
        requireSense();
        Path directory = (state == null ? home.resolve(".handshake").resolve("chaos") : state)
                .toAbsolutePath()
                .normalize();
        try (Campaign campaign =
                new Campaign(seed, events, home.toAbsolutePath().normalize(), directory, ChaosCommand::say)) {
            boolean kept = only == null ? campaign.runUpTo(runs) : campaign.runOnly(only);
            return kept ? 0 : 1;
        }
    }

    @SuppressWarnings("SystemOut")
    private static void say(String line) {
        System.out.println(line);
    }

    private void requireSense() {
        if (runs < 1 || runs > 100_000) {
            throw new LocalStackException("--runs is " + runs + ": it is 1 to 100000");
        }
        if (only != null && only < 1) {
            throw new LocalStackException("--run is " + only + ": runs are counted from 1");
        }
        if (events < 100 || events > 5_000) {
            throw new LocalStackException("--events is " + events + ": it is 100 to 5000");
        }
    }
}
