package dev.cachehandshake.faultcampaign.campaign;

import dev.cachehandshake.localredis.Orphans;
import dev.cachehandshake.localstack.LocalStackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One campaign at a time in a directory. Its processes are noted there, so that the next one stops what a campaign that was
 * killed has left running.
 */
final class CampaignProcesses implements AutoCloseable {
    private final Path notes;
    private final FileChannel lockFile;

    private CampaignProcesses(Path notes, FileChannel lockFile) {
        this.notes = notes;
        this.lockFile = lockFile;
    }

    /** @throws LocalStackException when another campaign runs there */
    static CampaignProcesses in(Path directory) {
        try {
            Files.createDirectories(directory);
            FileChannel lockFile = FileChannel.open(
                    directory.resolve("campaign.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isLocked(lockFile)) {
                lockFile.close();
                throw new LocalStackException("another campaign runs in " + directory
                        + ": wait for it or stop it, or give this one another --state DIR");
            }
            CampaignProcesses processes = new CampaignProcesses(directory.resolve("processes"), lockFile);
            processes.stopLeftovers();
            return processes;
        } catch (IOException notUsable) {
            throw new LocalStackException("cannot use " + directory + ": " + notUsable, notUsable);
        }
    }

    /** Notes all child processes that there are now. */
    void note() {
        try {
            Files.write(
                    notes, ProcessHandle.current().children().map(Orphans::note).toList());
        } catch (IOException unwritable) {
            throw new UncheckedIOException("cannot write " + notes, unwritable);
        }
    }

    /** For when all of them are stopped. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(notes);
            unlock();
        } catch (IOException left) {
            throw new UncheckedIOException("cannot clean up " + notes, left);
        }
    }

    /** What the system does when this JVM is killed. */
    void unlock() throws IOException {
        lockFile.close();
    }

    private void stopLeftovers() throws IOException {
        if (Files.exists(notes)) {
            Files.readAllLines(notes).forEach(Orphans::stop);
            Files.delete(notes);
        }
    }

    private static boolean isLocked(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException byThisJvm) {
            return false;
        }
    }
}
