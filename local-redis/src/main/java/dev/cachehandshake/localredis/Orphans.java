package dev.cachehandshake.localredis;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Finds again, after this JVM was killed, the child processes that it left running. A process is noted with the moment of its
 * start, for the system may give its id to another one.
 */
public final class Orphans {
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(35);

    private Orphans() {}

    /** One line that {@link #stop} understands. */
    public static String note(ProcessHandle process) {
        return process.pid() + " "
                + process.info().startInstant().map(Instant::toEpochMilli).orElse(-1L);
    }

    /** Whether the noted process, and no other of the same id, still runs. */
    public static boolean isRunning(String note) {
        return find(note).isPresent();
    }

    /**
     * Stops the noted process, if it still runs: SIGTERM, and SIGKILL after 35 s.
     *
     * @return whether there was one to stop
     */
    public static boolean stop(String note) {
        Optional<ProcessHandle> orphan = find(note);
        orphan.ifPresent(process -> {
            process.destroy();
            try {
                process.onExit()
                        .orTimeout(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS)
                        .join();
            } catch (CompletionException tooLong) {
                process.destroyForcibly();
            }
        });
        return orphan.isPresent();
    }

    private static Optional<ProcessHandle> find(String note) {
        String[] words = note.strip().split(" ", -1);
        try {
            return ProcessHandle.of(Long.parseLong(words[0]))
                    .filter(process -> note(process).equals(note.strip()));
        } catch (NumberFormatException halfWritten) {
            return Optional.empty();
        }
    }
}
