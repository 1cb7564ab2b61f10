package dev.cachehandshake.localstack;

import dev.cachehandshake.localredis.Orphans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The file that says which services run: they have sessions of their own, and live on when the stack is killed with {@code
 * kill -9}. The next start stops them first.
 */
final class RunningServices {
    private final Path file;
    private final List<String> notes = new ArrayList<>();

    RunningServices(Path directory) {
        this.file = directory.resolve("services.pid");
    }

    /**
     * Stops what a killed stack left running.
     *
     * @return how many there were
     * @throws LocalStackException when the file cannot be read
     */
    int stopOrphans() {
        try {
            List<String> left = Files.exists(file) ? Files.readAllLines(file) : List.of();
            int stopped = (int) left.stream().filter(Orphans::stop).count();
            Files.deleteIfExists(file);
            return stopped;
        } catch (IOException unreadable) {
            throw new LocalStackException("cannot read " + file + ": " + unreadable.getMessage(), unreadable);
        }
    }

    /** @throws LocalStackException when the file cannot be written */
    ServiceProcess note(ServiceProcess service) {
        Optional<ProcessHandle> process = ProcessHandle.of(service.pid());
        process.map(Orphans::note).ifPresent(notes::add);
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, notes);
            return service;
        } catch (IOException unwritable) {
            throw new LocalStackException("cannot write " + file + ": " + unwritable.getMessage(), unwritable);
        }
    }
}
