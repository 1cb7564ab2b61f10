package dev.cachehandshake.localredis;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A real {@code redis-server} on 127.0.0.1, as a child process. It ends with this JVM at the latest (or, when the JVM is
 * killed with {@code kill -9}, when the next one takes the same directory). Thread-safe.
 */
public final class LocalRedis implements AutoCloseable {
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(20);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(10);
    private static final int LOG_LINES = 20;

    private final LocalRedisOptions options;
    private final DataDirectory directory;
    private final Runnable stopAtExit = this::close;
    private int port;
    private Process process;
    private LogTail log;
    private Thread logReader;
    private boolean closed;

    private LocalRedis(LocalRedisOptions options, DataDirectory directory) {
        this.options = options;
        this.directory = directory;
    }

    /** Starts with {@link LocalRedisOptions#inMemory()}. */
    public static LocalRedis start() {
        return start(LocalRedisOptions.inMemory());
    }

    /**
     * Starts a server and returns when it answers PING.
     *
     * @throws LocalRedisException when the port is taken, the directory is in use, or the server does not answer within 20 s
     */
    public static LocalRedis start(LocalRedisOptions options) {
        LocalRedis redis = new LocalRedis(options, DataDirectory.hold(options.directory()));
        try {
            redis.launch(options.port() == 0 ? FreePorts.one() : options.port());
        } catch (RuntimeException failed) {
            redis.close();
            throw failed;
        }
        StopAtExit.add(redis.stopAtExit);
        return redis;
    }

    public int port() {
        return port;
    }

    /** {@code redis://127.0.0.1:{port}}. */
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Where its append-only file is. */
    Path dataDirectory() {
        return directory.path();
    }

    /** The process id of the server that runs now, or of the last one that ran. */
    public synchronized long pid() {
        return process.pid();
    }

    public synchronized boolean isAlive() {
        return process.isAlive();
    }

    /** Completes when the server that runs now ends, for whatever reason, with its exit code. */
    public synchronized CompletableFuture<Integer> onExit() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /** The last lines that the server wrote, the oldest first. */
    public synchronized List<String> log() {
        return log.last(LOG_LINES);
    }

    /** SIGKILL, as a crash would have it; returns when the process is gone. */
    public synchronized void kill() {
        process.destroyForcibly();
        await(STOPS_WITHIN);
    }

    /** SIGSTOP: it answers nobody and keeps every connection. */
    public synchronized void pause() {
        ProcessSignal.STOP.send(process.pid());
    }

    /** SIGCONT, after {@link #pause()}. */
    public synchronized void resume() {
        ProcessSignal.CONT.send(process.pid());
    }

    /**
     * Starts again on the same port and directory; a server that still runs is stopped gracefully first.
     *
     * @throws LocalRedisException as {@link #start(LocalRedisOptions)} does
     */
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("this Redis has been closed");
        }
        stopProcess();
        launch(port);
    }

    /**
     * Starts again on the same port with nothing of what it knew, neither data nor scripts: as after the loss of its disk. A
     * server that still runs is killed first.
     *
     * @throws LocalRedisException as {@link #start(LocalRedisOptions)} does
     */
    public synchronized void restartEmpty() {
        if (closed) {
            throw new IllegalStateException("this Redis has been closed");
        }
        kill();
        directory.clear();
        launch(port);
    }

    /** SIGTERM, and SIGKILL after 10 s. A temporary directory is deleted. Does nothing the second time. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        StopAtExit.remove(stopAtExit);
        if (process != null) {
            stopProcess();
        }
        directory.close();
    }

    private synchronized void launch(int onPort) {
        port = onPort;
        if (!FreePorts.isFree(port)) {
            throw new LocalRedisException(
                    "port " + port + " is taken: stop what listens there, or give Redis another port");
        }
        log = new LogTail(200, line -> {});
        try {
            process = new ProcessBuilder(
                            OwnSession.command(List.of(RedisExecutable.path().toString(), "-")))
                    .directory(directory.path().toFile())
                    .redirectErrorStream(true)
                    .start();
            logReader = log.follow(process.getInputStream());
            try (OutputStream config = process.getOutputStream()) {
                config.write(options.toConfig(port, directory.path()).getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException notStarted) {
            throw new LocalRedisException("cannot run redis-server: " + notStarted.getMessage(), notStarted);
        }
        directory.note(process.toHandle());
        awaitAnswer();
    }

    private void awaitAnswer() {
        long deadline = System.nanoTime() + STARTS_WITHIN.toNanos();
        while (!answersPing()) {
            if (await(Duration.ofMillis(10))) {
                awaitLastWords();
                throw new LocalRedisException("redis-server ended at once (exit code " + process.exitValue() + "):\n"
                        + String.join("\n", log()));
            }
            if (System.nanoTime() - deadline > 0) {
                process.destroyForcibly();
                throw new LocalRedisException("redis-server did not answer within " + STARTS_WITHIN.toSeconds()
                        + " s:\n" + String.join("\n", log()));
            }
        }
    }

    private void awaitLastWords() {
        try {
            logReader.join(Duration.ofSeconds(1));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean answersPing() {
        // Its own word first: somebody else's server may have taken the port in between, and would answer too.
        if (log.lines().stream().noneMatch(line -> line.contains("Ready to accept connections"))) {
            return false;
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(5);
            String text = new String(answer, StandardCharsets.US_ASCII);
            // A server with a password says no, and is up all the same.
            return text.equals("+PONG") || text.equals("-NOAU");
        } catch (IOException notYet) {
            return false;
        }
    }

    private void stopProcess() {
        process.destroy();
        if (!await(STOPS_WITHIN)) {
            process.destroyForcibly();
            await(STOPS_WITHIN);
        }
    }

    /** @return whether the process has ended by then */
    private boolean await(Duration time) {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted while Redis started or stopped", interrupted));
        }
    }
}
