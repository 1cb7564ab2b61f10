package dev.cachehandshake.localstack;

import dev.cachehandshake.localredis.StopAtExit;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What {@code ./handshake} calls once everything is built. */
@Command(
        name = "handshake",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            PublishCommand.class,
            DoctorCommand.class
        },
        mixinStandardHelpOptions = true,
        description = "Runs Cache Handshake on this machine.")
public final class HandshakeCommand implements Callable<Integer> {
    public static void main(String... args) {
        CommandLine command = new CommandLine(new HandshakeCommand());
        command.setExecutionExceptionHandler((failure, line, parsed) -> {
            if (StopAtExit.isUnderWay()) {
                // Ctrl-C while it started: what could not start then is no news.
                return CommandLine.ExitCode.SOFTWARE;
            }
            if (failure instanceof LocalStackException known) {
                line.getErr().println("handshake: " + known.getMessage());
                return CommandLine.ExitCode.SOFTWARE;
            }
            throw failure;
        });
        System.exit(command.execute(args));
    }

    @Override
    public Integer call() {
        CommandLine.usage(this, System.out);
        return CommandLine.ExitCode.USAGE;
    }
}
