package dev.cachehandshake.localredis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directory of one server, held by one JVM at a time: two servers that append to the same file would ruin it. A server
 * that a killed JVM left running in it is stopped first.
 */
final class DataDirectory implements AutoCloseable {
    private static final String LOCK_FILE = "held.lock";

    private final Path path;
    private final boolean temporary;
    private final FileChannel lockFile;

    private DataDirectory(Path path, boolean temporary, FileChannel lockFile) {
        this.path = path;
        this.temporary = temporary;
        this.lockFile = lockFile;
    }

    /** @throws LocalRedisException when another JVM, or another server of this one, holds the directory */
    static DataDirectory hold(Optional<Path> wanted) {
        try {
            Path path = wanted.isPresent()
                    ? Files.createDirectories(wanted.get().toAbsolutePath().normalize())
                    : Files.createTempDirectory("local-redis");
            FileChannel lockFile =
                    FileChannel.open(path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(lockFile).isEmpty()) {
                lockFile.close();
                throw new LocalRedisException("another local stack, or another test, uses " + path + ": stop it first");
            }
            DataDirectory held = new DataDirectory(path, wanted.isEmpty(), lockFile);
            held.stopOrphan();
            return held;
        } catch (IOException notUsable) {
            throw new LocalRedisException("cannot use the data directory: " + notUsable, notUsable);
        }
    }

    Path path() {
        return path;
    }

    /** Notes the server, for the next JVM should this one be killed. */
    void note(ProcessHandle server) {
        try {
            Files.writeString(pidFile(), Orphans.note(server));
        } catch (IOException notWritten) {
            throw new LocalRedisException("cannot write to " + path, notWritten);
        }
    }

    /** Deletes all that a server has written. */
    void clear() {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(path) && !file.endsWith(LOCK_FILE)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException notDeleted) {
            throw new LocalRedisException("cannot empty " + path, notDeleted);
        }
    }

    @Override
    public void close() {
        try {
            lockFile.close();
            Files.deleteIfExists(pidFile());
            if (temporary) {
                deleteAll();
            }
        } catch (IOException left) {
            throw new UncheckedIOException("cannot clean up " + path, left);
        }
    }

    private static Optional<FileLock> tryLock(FileChannel file) throws IOException {
        try {
            return Optional.ofNullable(file.tryLock());
        } catch (OverlappingFileLockException heldByThisJvm) {
            return Optional.empty();
        }
    }

    private void stopOrphan() throws IOException {
        if (Files.exists(pidFile())) {
            Orphans.stop(Files.readString(pidFile()));
            Files.deleteIfExists(pidFile());
        }
    }

    private Path pidFile() {
        return path.resolve("redis.pid");
    }

    private void deleteAll() throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
