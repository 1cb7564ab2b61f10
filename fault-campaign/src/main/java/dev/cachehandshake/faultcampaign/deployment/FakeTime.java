package dev.cachehandshake.faultcampaign.deployment;

import dev.cachehandshake.localstack.ServiceOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Moves the wall clock of a process while it runs, by way of libfaketime (Debian: {@code apt install libfaketime}). */
public final class FakeTime {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Path LIBRARIES = Path.of("/usr/lib");

    private final Path library;
    private final Path offset;

    private FakeTime(Path library, Path offset) {
        this.library = library;
        this.offset = offset;
        moveTo(Duration.ZERO);
    }

    /**
     * @param directory where a file with the offset is kept
     * @return empty where libfaketime is not installed
     */
    static Optional<FakeTime> in(Path directory) {
        try (DirectoryStream<Path> architectures = Files.newDirectoryStream(LIBRARIES)) {
            for (Path architecture : architectures) {
                Path library = architecture.resolve("faketime").resolve("libfaketimeMT.so.1");
                if (Files.isReadable(library)) {
                    return Optional.of(new FakeTime(library, directory.resolve("clock-offset")));
                }
            }
            return Optional.empty();
        } catch (IOException noSuchDirectory) {
            return Optional.empty();
        }
    }

    /** The same process, whose clock can be moved. */
    ServiceOptions over(ServiceOptions options) {
        return options.with("LD_PRELOAD", library.toString())
                .with("FAKETIME_TIMESTAMP_FILE", offset.toAbsolutePath().toString())
                .with("FAKETIME_NO_CACHE", "1")
                // Only what the time of day is; waits and time-outs go on as they are.
                .with("FAKETIME_DONT_FAKE_MONOTONIC", "1")
                .with("FAKETIME_FORCE_MONOTONIC_FIX", "0");
    }

    /** Deletes what libfaketime shares in memory, and a process that is killed leaves behind. */
    void cleanUpAfter(long pid) {
        for (String name : List.of("faketime_shm_" + pid, "sem.faketime_sem_" + pid)) {
            try {
                Files.deleteIfExists(SHARED_MEMORY.resolve(name));
            } catch (IOException notOurs) {
                throw new UncheckedIOException(notOurs);
            }
        }
    }

    public void moveTo(Duration newOffset) {
        try {
            Path fresh = offset.resolveSibling(offset.getFileName() + ".new");
            Files.writeString(fresh, (newOffset.isNegative() ? "" : "+") + newOffset.toSeconds() + "s\n");
            Files.move(fresh, offset, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
