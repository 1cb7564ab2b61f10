package dev.cachehandshake.faultcampaign.deployment;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What the processes say in one run, a file each. Thread-safe. */
public final class ProcessLogs {
    private final Path directory;
    private final Map<String, BufferedWriter> files = new ConcurrentHashMap<>();

    public ProcessLogs(Path directory) {
        this.directory = directory;
    }

    public Path directory() {
        return directory;
    }

    /** Begins anew: what was said so far was of a run that went well. */
    public synchronized void clear() {
        files.values().forEach(ProcessLogs::close);
        files.clear();
    }

    Consumer<String> of(String process) {
        return line -> write(process, line);
    }

    private synchronized void write(String process, String line) {
        try {
            BufferedWriter file = files.computeIfAbsent(process, this::open);
            file.write(line);
            file.newLine();
            file.flush();
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }

    private BufferedWriter open(String process) {
        try {
            Files.createDirectories(directory);
            return Files.newBufferedWriter(directory.resolve(process + ".log"));
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    private static void close(BufferedWriter file) {
        try {
            file.close();
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }
}
