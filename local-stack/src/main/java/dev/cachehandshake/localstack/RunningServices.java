package dev.cachehandshake.localstack;

import dev.cachehandshake.localredis.Orphans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Notes in the state directory on who runs: the stack, and its services, which have sessions of their own and live on when
 * the stack is killed with {@code kill -9}. The next start stops them first.
 */
final class RunningServices {
    private final Path stackFile;
    private final Path file;
    private final Path redisFile;
    private final List<String> notes = new ArrayList<>();

    RunningServices(Path directory) {
        this.stackFile = directory.resolve("up.pid");
        this.file = directory.resolve("services.pid");
        this.redisFile = directory.resolve("redis").resolve("redis.pid");
    }

    /** Whether a stack runs in the directory. */
    boolean isUp() throws IOException {
        return Files.exists(stackFile) && Orphans.isRunning(Files.readString(stackFile));
    }

    /**
     * Claims the directory for this stack, and stops what a killed one left running.
     *
     * @return how many services that were
     * @throws LocalStackException when another stack runs in the directory, or it cannot be used
     */
    int takeOver() {
        try {
            if (isUp()) {
                throw new LocalStackException("it is up already, in " + stackFile.getParent()
                        + ": stop the other one with Ctrl-C first, or give this one another --state DIR");
            }
            List<String> left = Files.exists(file) ? Files.readAllLines(file) : List.of();
            int stopped = (int) left.stream().filter(Orphans::stop).count();
            Files.deleteIfExists(file);
            Files.createDirectories(stackFile.getParent());
            Files.writeString(stackFile, Orphans.note(ProcessHandle.current()));
            return stopped;
        } catch (IOException notUsable) {
            throw new LocalStackException("cannot use " + stackFile.getParent() + ": " + notUsable, notUsable);
        }
    }

    /**
     * Stops the stack, which stops its services; and the services by themselves where the stack was killed.
     *
     * @return whether anything was running
     */
    boolean stopAll() {
        try {
            long stopped = 0;
            for (Path notes : List.of(stackFile, file, redisFile)) {
                if (Files.exists(notes)) {
                    stopped += Files.readAllLines(notes).stream()
                            .filter(Orphans::stop)
                            .count();
                    Files.deleteIfExists(notes);
                }
            }
            return stopped > 0;
        } catch (IOException unreadable) {
            throw new LocalStackException("cannot read " + stackFile.getParent() + ": " + unreadable, unreadable);
        }
    }

    /** @throws LocalStackException when the file cannot be written */
    ServiceProcess note(ServiceProcess service) {
        Optional<ProcessHandle> process = ProcessHandle.of(service.pid());
        process.map(Orphans::note).ifPresent(notes::add);
        try {
            Files.write(file, notes);
            return service;
        } catch (IOException unwritable) {
            throw new LocalStackException("cannot write " + file + ": " + unwritable.getMessage(), unwritable);
        }
    }
}
