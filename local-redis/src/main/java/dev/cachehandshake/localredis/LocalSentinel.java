package dev.cachehandshake.localredis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A real Redis Sentinel on 127.0.0.1, as a child process: {@code redis-server --sentinel}. It ends with this JVM at the
 * latest. Thread-safe.
 */
public final class LocalSentinel implements AutoCloseable {
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(20);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(10);

    private final int port;
    private final DataDirectory directory;
    private final Process process;
    private final LogTail log = new LogTail(200, line -> {});
    private final Runnable stopAtExit = this::close;

    private LocalSentinel(int port, DataDirectory directory, Process process) {
        this.port = port;
        this.directory = directory;
        this.process = process;
        log.follow(process.getInputStream());
    }

    /**
     * Starts a Sentinel that watches one master, and returns when it does.
     *
     * @param master the name under which clients ask for it
     * @param masterPort where it is now, on 127.0.0.1
     * @param quorum how many Sentinels must agree that it is gone
     * @param downAfter how long it must be silent before this one takes it for gone
     * @throws LocalRedisException when it does not start
     */
    public static LocalSentinel start(String master, int masterPort, int quorum, Duration downAfter) {
        DataDirectory directory = DataDirectory.hold(Optional.empty());
        int port = FreePorts.one();
        try {
            // A file of its own: Sentinel writes down there what it learns.
            Path config = directory.path().resolve("sentinel.conf");
            Files.write(
                    config,
                    List.of(
                            "bind 127.0.0.1",
                            "port " + port,
                            "dir \"" + directory.path() + "\"",
                            "sentinel monitor %s 127.0.0.1 %d %d".formatted(master, masterPort, quorum),
                            "sentinel down-after-milliseconds %s %d".formatted(master, downAfter.toMillis()),
                            "sentinel failover-timeout %s 10000".formatted(master)));
            Process process = new ProcessBuilder(OwnSession.command(
                            List.of(RedisExecutable.path().toString(), config.toString(), "--sentinel")))
                    .directory(directory.path().toFile())
                    .redirectErrorStream(true)
                    .start();
            directory.note(process.toHandle());
            LocalSentinel sentinel = new LocalSentinel(port, directory, process);
            StopAtExit.add(sentinel.stopAtExit);
            sentinel.awaitWatching();
            return sentinel;
        } catch (IOException notStarted) {
            directory.close();
            throw new LocalRedisException("cannot run redis-server --sentinel: " + notStarted.getMessage(), notStarted);
        }
    }

    public int port() {
        return port;
    }

    /** The last lines that it wrote, the oldest first. */
    public List<String> log() {
        return log.last(50);
    }

    @Override
    public void close() {
        StopAtExit.remove(stopAtExit);
        process.destroy();
        if (!ended(STOPS_WITHIN)) {
            process.destroyForcibly();
            ended(STOPS_WITHIN);
        }
        directory.close();
    }

    private void awaitWatching() {
        long deadline = System.nanoTime() + STARTS_WITHIN.toNanos();
        while (log.lines().stream().noneMatch(line -> line.contains("+monitor master"))) {
            if (ended(Duration.ofMillis(10)) || System.nanoTime() - deadline > 0) {
                close();
                throw new LocalRedisException("the Sentinel did not start:\n" + String.join("\n", log()));
            }
        }
    }

    private boolean ended(Duration within) {
        try {
            return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
