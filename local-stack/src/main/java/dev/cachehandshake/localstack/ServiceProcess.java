package dev.cachehandshake.localstack;

import dev.cachehandshake.localredis.LogTail;
import dev.cachehandshake.localredis.OwnSession;
import dev.cachehandshake.localredis.ProcessSignal;
import dev.cachehandshake.localredis.StopAtExit;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One service, run as a process of its own. Thread-safe. */
public final class ServiceProcess implements AutoCloseable {
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(35);
    private static final Duration ASK_EVERY = Duration.ofMillis(100);
    private static final int LOG_LINES = 2_000;

    private final ServiceOptions options;
    private final Process process;
    private final LogTail log;
    private final Runnable stopAtExit = this::close;

    private ServiceProcess(ServiceOptions options, Process process, LogTail log) {
        this.options = options;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts the process and returns at once.
     *
     * @param onLine gets each line of its log
     * @throws LocalStackException when the process cannot be started
     */
    public static ServiceProcess launch(ServiceOptions options, Consumer<String> onLine) {
        ProcessBuilder builder = new ProcessBuilder(OwnSession.command(options.command())).redirectErrorStream(true);
        options.directory().ifPresent(directory -> builder.directory(directory.toFile()));
        builder.environment().putAll(options.environment());
        LogTail log = new LogTail(LOG_LINES, onLine);
        try {
            Process process = builder.start();
            log.follow(process.getInputStream());
            ServiceProcess service = new ServiceProcess(options, process, log);
            StopAtExit.add(service.stopAtExit);
            return service;
        } catch (IOException notStarted) {
            throw new LocalStackException(
                    options.name() + " cannot be started: " + notStarted.getMessage(), notStarted);
        }
    }

    /**
     * Waits until it is ready for requests.
     *
     * @throws LocalStackException when it ends, or is not ready within that time; the message has its last words
     */
    public ServiceProcess awaitReady(Duration within) throws InterruptedException {
        long until = System.nanoTime() + within.toNanos();
        HttpRequest ask = HttpRequest.newBuilder(url().resolve(options.readyPath()))
                .timeout(Duration.ofSeconds(5))
                .build();
        try (HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(1))
                .build()) {
            while (System.nanoTime() < until) {
                if (process.waitFor(ASK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new LocalStackException(options.name() + " could not start: " + lastWords());
                }
                if (isReady(http, ask)) {
                    return this;
                }
            }
        }
        throw new LocalStackException(
                options.name() + " was not ready after " + within.toSeconds() + " s: " + lastWords());
    }

    public String name() {
        return options.name();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + options.port());
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public CompletableFuture<Process> onExit() {
        return process.onExit();
    }

    /** The last lines of its log, the oldest first. */
    public List<String> log() {
        return log.lines();
    }

    /** The last line of its log, or what to make of it when there is none. */
    public String lastWords() {
        List<String> last = log.last(1);
        return last.isEmpty() ? "it said nothing" : last.getFirst();
    }

    /** SIGKILL, as a crash would have it; returns when the process is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(STOPS_WITHIN);
        StopAtExit.remove(stopAtExit);
    }

    /** SIGSTOP: it stands still and keeps everything. */
    public void pause() {
        ProcessSignal.STOP.send(pid());
    }

    /** SIGCONT: it goes on as if nothing had happened. */
    public void resume() {
        ProcessSignal.CONT.send(pid());
    }

    /** SIGTERM, and SIGKILL after 35 s; answers whether it ended by itself. Does nothing the second time. */
    public boolean stop() {
        process.destroy();
        boolean ended = awaitExit(STOPS_WITHIN);
        if (!ended) {
            kill();
        }
        StopAtExit.remove(stopAtExit);
        return ended;
    }

    @Override
    public void close() {
        stop();
    }

    /** Resident memory in bytes; empty where the system has no /proc. */
    public OptionalLong residentBytes() {
        Path status = Path.of("/proc/" + pid() + "/status");
        if (!Files.isReadable(status)) {
            return OptionalLong.empty();
        }
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst();
        } catch (IOException gone) {
            return OptionalLong.empty();
        }
    }

    private static boolean isReady(HttpClient http, HttpRequest ask) throws InterruptedException {
        try {
            return http.send(ask, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private boolean awaitExit(Duration within) {
        try {
            return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
