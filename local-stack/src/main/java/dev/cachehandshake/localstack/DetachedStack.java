package dev.cachehandshake.localstack;

import dev.cachehandshake.localredis.OwnSession;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A stack in the background: the same command once more, in a session of its own, its output in a file. */
final class DetachedStack {
    private static final Duration UP_WITHIN = Duration.ofMinutes(15);

    private final Path log;
    private final PrintStream out;

    DetachedStack(Path directory, PrintStream out) {
        this.log = directory.resolve("up.log");
        this.out = out;
    }

    /**
     * Returns when it is up.
     *
     * @param arguments of the command that was given, {@code --detach} among them
     * @throws LocalStackException when it does not come up; the message has its last line
     */
    void start(List<String> arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("java.class.path")));
        arguments.stream().filter(argument -> !argument.equals("--detach")).forEach(command::add);
        try {
            if (new RunningServices(log.getParent()).isUp()) {
                throw new LocalStackException(
                        "it is up already: ./handshake status says what is, ./handshake down stops it");
            }
            OwnerOnly.create(log);
            Process stack = new ProcessBuilder(OwnSession.command(command))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            awaitUp(stack);
        } catch (IOException notStarted) {
            throw new LocalStackException("cannot start in the background: " + notStarted.getMessage(), notStarted);
        }
    }

    private void awaitUp(Process stack) throws IOException, InterruptedException {
        long until = System.nanoTime() + UP_WITHIN.toNanos();
        int shown = 0;
        while (System.nanoTime() < until) {
            boolean ended = stack.waitFor(200, TimeUnit.MILLISECONDS);
            List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            lines.subList(shown, lines.size()).forEach(out::println);
            shown = lines.size();
            if (lines.contains(Announcement.LAST_LINE)) {
                out.println("It runs in the background, and writes to " + log + "; ./handshake down stops it.");
                return;
            }
            if (ended) {
                throw new LocalStackException("it did not come up; all it said is in " + log);
            }
        }
        throw new LocalStackException("it was not up after " + UP_WITHIN.toMinutes() + " minutes; see " + log);
    }
}
