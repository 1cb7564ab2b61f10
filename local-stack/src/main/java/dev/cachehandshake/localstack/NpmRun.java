package dev.cachehandshake.localstack;

import dev.cachehandshake.localredis.LogTail;
import dev.cachehandshake.localredis.OwnSession;
import dev.cachehandshake.localredis.StopAtExit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One run of npm, to its end; it and what it starts are stopped when this JVM is. */
public final class NpmRun {
    private static final int LOG_LINES = 200;
    private static final int LAST_LINES = 15;

    private NpmRun() {}

    /** @throws LocalStackException when it cannot be run, or fails; the message has its last lines */
    public static void in(Path directory, Map<String, String> environment, String... arguments)
            throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("npm"));
        command.addAll(List.of(arguments));
        String shown = "`" + String.join(" ", command) + "`";
        ProcessBuilder builder = new ProcessBuilder(OwnSession.command(command)).redirectErrorStream(true);
        builder.directory(directory.toFile());
        builder.environment().putAll(environment);
        LogTail log = new LogTail(LOG_LINES, line -> {});
        try {
            Process process = builder.start();
            Runnable stop = () -> stop(process);
            StopAtExit.add(stop);
            Thread reader = log.follow(process.getInputStream());
            int code = process.waitFor();
            reader.join();
            StopAtExit.remove(stop);
            if (code != 0) {
                throw new LocalStackException(shown + " failed in " + directory.getFileName() + ":\n"
                        + String.join("\n", log.last(LAST_LINES)));
            }
        } catch (IOException notStarted) {
            throw new LocalStackException(shown + " cannot be run: " + notStarted.getMessage(), notStarted);
        }
    }

    private static void stop(Process process) {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
