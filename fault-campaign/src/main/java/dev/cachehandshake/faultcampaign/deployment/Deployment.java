package dev.cachehandshake.faultcampaign.deployment;

import dev.cachehandshake.faultcampaign.faults.MovableClock;
import dev.cachehandshake.faultcampaign.faults.TcpProxy;
import dev.cachehandshake.faultcampaign.load.PublisherApi;
import dev.cachehandshake.localredis.FreePorts;
import dev.cachehandshake.localstack.LocalStackException;
import dev.cachehandshake.localstack.ServiceJars;
import dev.cachehandshake.localstack.ServiceOptions;
import dev.cachehandshake.localstack.ServiceProcess;
import dev.cachehandshake.scriptedtarget.ScriptedTarget;
import dev.cachehandshake.scriptedtarget.TargetSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A whole system: two publishers and three workers from their real jars, a Redis, a site, and links between them. Its processes
 * serve many runs; one that was killed is started again on the same port.
 */
public final class Deployment implements AutoCloseable {
    /** How long a worker waits for the site's answer, and for its callback after that. */
    public static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Deliveries that may fail before a handshake does. */
    public static final int ATTEMPTS = 8;

    /** The worker whose clock can be moved, where that can be. */
    public static final String MOVABLE = "b";

    public static final List<String> PUBLISHERS = List.of("publisher-1", "publisher-2");
    public static final List<String> WORKERS = List.of("a", MOVABLE, "c");

    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    /** Kept this long, so that the data stay as small as in a short campaign; longer than any run. */
    private static final String KEPT = "4m";

    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final int SECRET_BYTES = 32;
    /** The site keeps what it saw for nobody: the history has it. */
    private static final int REMEMBERED = 1;

    private final RedisSide redis;
    private final ServiceJars jars;
    private final ProcessLogs logs;
    private final Optional<FakeTime> fakeTime;
    private final Map<String, ServiceProcess> services = new LinkedHashMap<>();
    private final Set<String> ready = new HashSet<>();
    private final Set<String> killed = new HashSet<>();
    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final String apiKey = secret();
    private final String revalidationSecret = secret();
    private final String callbackSecret = secret();
    private final MovableClock siteClock = new MovableClock();
    private final ScriptedTarget site;
    private final TcpProxy siteLink;
    private final TcpProxy callbackLink;
    private final TcpProxy publisherLink;
    private final PublisherApi publisherApi;

    private Deployment(RedisSide redis, Path home, Path directory) throws IOException {
        this.redis = redis;
        this.jars = new ServiceJars(home);
        this.logs = new ProcessLogs(directory.resolve("logs"));
        this.fakeTime = FakeTime.in(directory);
        List<String> names = all();
        List<Integer> free = FreePorts.several(names.size());
        for (int i = 0; i < names.size(); i++) {
            ports.put(names.get(i), free.get(i));
        }
        // As a balancer before the workers that knows no more of them than whether they take connections.
        callbackLink = TcpProxy.before(() -> WORKERS.stream().map(ports::get).toList());
        site = ScriptedTarget.start(
                new TargetSettings(
                        0,
                        "default",
                        revalidationSecret,
                        callbackSecret,
                        URI.create("http://127.0.0.1:" + callbackLink.port())),
                siteClock);
        site.remember(REMEMBERED);
        siteLink = TcpProxy.before(() -> List.of(site.port()));
        publisherLink =
                TcpProxy.before(() -> PUBLISHERS.stream().map(ports::get).toList());
        publisherApi = new PublisherApi(URI.create("http://127.0.0.1:" + publisherLink.port()), apiKey);
    }

    /**
     * Starts everything and returns when it is ready.
     *
     * @param sentinel whether its Redis is a pair behind Sentinels
     * @param home the project's root
     * @param directory where logs go
     */
    public static Deployment start(boolean sentinel, Path home, Path directory) throws IOException {
        Files.createDirectories(directory);
        RedisSide redis = sentinel ? SentinelRedis.start() : OneRedis.start();
        Deployment deployment = new Deployment(redis, home, directory);
        try {
            for (String name : all()) {
                deployment.relaunch(name);
            }
            for (String name : all()) {
                deployment.awaitReady(name);
            }
            return deployment;
        } catch (RuntimeException failed) {
            deployment.close();
            throw failed;
        }
    }

    public RedisSide redis() {
        return redis;
    }

    public ScriptedTarget site() {
        return site;
    }

    public MovableClock siteClock() {
        return siteClock;
    }

    public TcpProxy siteLink() {
        return siteLink;
    }

    public TcpProxy callbackLink() {
        return callbackLink;
    }

    public PublisherApi publisherApi() {
        return publisherApi;
    }

    public ProcessLogs logs() {
        return logs;
    }

    /** The clock of the worker {@link #MOVABLE}; empty where libfaketime is not installed. */
    public Optional<FakeTime> fakeTime() {
        return fakeTime;
    }

    /** @param name one of {@link #PUBLISHERS} or {@link #WORKERS} */
    public synchronized ServiceProcess service(String name) {
        return services.get(name);
    }

    /** SIGKILL. */
    public synchronized void kill(String name) {
        killed.add(name);
        ready.remove(name);
        services.get(name).kill();
    }

    /** Starts another process in place of the killed one, and returns before it is ready. */
    public synchronized void relaunch(String name) {
        Optional.ofNullable(services.get(name)).ifPresent(this::end);
        ServiceProcess service = ServiceProcess.launch(options(name), logs.of(name));
        services.put(name, service);
        killed.remove(name);
        ready.remove(name);
        Thread.ofVirtual().start(() -> noteReady(name, service));
    }

    /** @throws LocalStackException when it is not ready in time */
    public void awaitReady(String name) {
        awaitReady(List.of(name), 1);
    }

    /** @throws LocalStackException when a process that was ready has ended, and nobody has killed it */
    public synchronized void requireAlive() {
        services.forEach((name, service) -> {
            if (ready.contains(name) && !service.isAlive()) {
                throw new LocalStackException(name + " has ended by itself: " + service.lastWords());
            }
        });
    }

    /**
     * Waits until so many of them are ready; others may still start.
     *
     * @throws LocalStackException when it takes too long
     */
    public void awaitReady(List<String> names, int count) {
        long until = System.nanoTime() + READY_WITHIN.toNanos();
        while (readyOf(names) < count) {
            if (System.nanoTime() > until) {
                throw new LocalStackException("after " + READY_WITHIN.toSeconds() + " s only " + readyOf(names) + " of "
                        + names + " were ready, of " + count + " that are needed; their logs are in "
                        + logs.directory());
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            killed.addAll(services.keySet());
        }
        running().forEach(this::end);
        publisherApi.close();
        publisherLink.close();
        siteLink.close();
        callbackLink.close();
        site.close();
        redis.close();
    }

    private synchronized List<ServiceProcess> running() {
        return List.copyOf(services.values());
    }

    private void end(ServiceProcess service) {
        service.kill();
        fakeTime.ifPresent(time -> time.cleanUpAfter(service.pid()));
    }

    private void noteReady(String name, ServiceProcess service) {
        try {
            service.awaitReady(READY_WITHIN);
            synchronized (this) {
                if (services.get(name) == service) {
                    ready.add(name);
                }
            }
        } catch (LocalStackException notStarted) {
            startAgain(name, service);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** As whoever runs it in earnest does: a service does not start while Redis is away, and says so. */
    private synchronized void startAgain(String name, ServiceProcess service) {
        if (services.get(name) == service && !service.isAlive() && !killed.contains(name)) {
            relaunch(name);
        }
    }

    private synchronized long readyOf(List<String> names) {
        return names.stream().filter(ready::contains).count();
    }

    private static List<String> all() {
        return Stream.concat(PUBLISHERS.stream(), WORKERS.stream()).toList();
    }

    private ServiceOptions options(String name) {
        Map<String, String> environment = new LinkedHashMap<>(redis.environment());
        environment.put("HANDSHAKE_KEEP_COMPLETED", KEPT);
        environment.put("HANDSHAKE_KEEP_FAILED", KEPT);
        if (PUBLISHERS.contains(name)) {
            environment.put("HANDSHAKE_API_KEY", apiKey);
            return ServiceOptions.ofJar(name, jars.publisher(), ports.get(name), environment);
        }
        environment.put("NEXTJS_URL", "http://127.0.0.1:" + siteLink.port());
        environment.put("REVALIDATION_SECRET", revalidationSecret);
        environment.put("CALLBACK_SECRET", callbackSecret);
        environment.put("HANDSHAKE_SECRET_KEYID", name);
        environment.put("HANDSHAKE_STRATEGIES_NORMAL_TIMEOUT", PATIENCE.toMillis() + "ms");
        environment.put("HANDSHAKE_TARGET_CALLBACKWITHIN", PATIENCE.toMillis() + "ms");
        environment.put("HANDSHAKE_STRATEGIES_NORMAL_ATTEMPTS", Integer.toString(ATTEMPTS));
        environment.put("HANDSHAKE_BACKOFF_FIRST", "100ms");
        environment.put("HANDSHAKE_CIRCUIT_OPENFOR", "5s");
        environment.put("HANDSHAKE_CIRCUIT_PROBEEVERY", "500ms");
        environment.put("HANDSHAKE_BACKOFF_MOST", "1s");
        environment.put("HANDSHAKE_BACKOFF_UNREACHEDMOST", "1s");
        environment.put("LOGGING_LEVEL_DEV_CACHEHANDSHAKE", "debug");
        ServiceOptions options = ServiceOptions.ofJar("worker " + name, jars.worker(), ports.get(name), environment);
        return name.equals(MOVABLE) ? fakeTime.map(time -> time.over(options)).orElse(options) : options;
    }

    private static String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
