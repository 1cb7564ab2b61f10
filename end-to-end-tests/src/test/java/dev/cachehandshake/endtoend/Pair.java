package dev.cachehandshake.endtoend;

import dev.cachehandshake.localredis.FreePorts;
import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.localredis.LocalRedisOptions;
import dev.cachehandshake.localstack.ServiceJars;
import dev.cachehandshake.localstack.ServiceOptions;
import dev.cachehandshake.localstack.ServiceProcess;
import dev.cachehandshake.scriptedtarget.ScriptedTarget;
import dev.cachehandshake.scriptedtarget.TargetSettings;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A publisher, any number of workers, a Redis and a scripted target; each but the target a process that can be killed. */
final class Pair implements AutoCloseable {
    static final String API_KEY = "an-api-key-for-tests";
    static final String REVALIDATION_SECRET = "revalidation-secret-of-the-tests-0123456789";
    static final String CALLBACK_SECRET = "callback-secret-of-the-tests-0123456789abc";
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);

    private final ServiceJars jars = new ServiceJars(Path.of(".."));
    private final LocalRedis redis;
    private final String redisUrl;
    private final ScriptedTarget target;
    private final Map<String, String> workerSettings;
    private final Map<String, String> bothSettings = new LinkedHashMap<>();
    private final int publisherPort = FreePorts.one();
    private final int callbackPort;
    private final List<ServiceProcess> started = new ArrayList<>();
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private ServiceProcess publisher;

    private Pair(LocalRedis redis, String redisUrl, Map<String, String> workerSettings) throws IOException {
        this.redis = redis;
        this.redisUrl = redisUrl;
        this.workerSettings = workerSettings;
        this.callbackPort = FreePorts.one();
        this.target = ScriptedTarget.start(new TargetSettings(
                0, "default", REVALIDATION_SECRET, CALLBACK_SECRET, URI.create("http://127.0.0.1:" + callbackPort)));
        this.client = RedisClient.create(redis.url());
        this.connection = client.connect();
    }

    /** Redis and target only; start the services as the test wants them. */
    static Pair on(LocalRedisOptions redisOptions, Map<String, String> workerSettings) throws IOException {
        LocalRedis redis = LocalRedis.start(redisOptions);
        return new Pair(redis, redis.url(), workerSettings);
    }

    /**
     * The same, on a Redis that runs already.
     *
     * @param redisUrl where the services look for it
     */
    static Pair reaching(LocalRedis redis, String redisUrl, Map<String, String> workerSettings) throws IOException {
        return new Pair(redis, redisUrl, workerSettings);
    }

    /** All of it, with one worker, ready. */
    static Pair up(Map<String, String> workerSettings) throws IOException, InterruptedException {
        Pair pair = on(LocalRedisOptions.inMemory(), workerSettings);
        pair.launchPublisher();
        ServiceProcess worker = pair.launchWorker("a");
        pair.publisher.awaitReady(READY_WITHIN);
        worker.awaitReady(READY_WITHIN);
        return pair;
    }

    /** What the services that are launched from now on have in common. */
    Pair with(Map<String, String> settingsOfBoth) {
        bothSettings.putAll(settingsOfBoth);
        return this;
    }

    LocalRedis redis() {
        return redis;
    }

    ScriptedTarget target() {
        return target;
    }

    /** Of the first worker: where a site calls back. */
    URI workerUrl() {
        return URI.create("http://127.0.0.1:" + callbackPort);
    }

    RedisCommands<String, String> commands() {
        return connection.sync();
    }

    ServiceProcess publisher() {
        return publisher;
    }

    /** Those that run now. */
    List<ServiceProcess> services() {
        return started.stream().filter(ServiceProcess::isAlive).toList();
    }

    Cms cms() {
        return new Cms(URI.create("http://127.0.0.1:" + publisherPort), API_KEY);
    }

    /** On the same port each time. */
    ServiceProcess launchPublisher() {
        publisher = launch("publisher", jars.publisher(), publisherPort, Map.of("HANDSHAKE_API_KEY", API_KEY));
        return publisher;
    }

    /** A second one, on a port of its own. */
    ServiceProcess launchAnotherPublisher() {
        return launch("publisher 2", jars.publisher(), FreePorts.one(), Map.of("HANDSHAKE_API_KEY", API_KEY));
    }

    /**
     * A worker whose calls can be told apart by the {@code kid} of their tokens. The first one gets the callbacks, until
     * {@link ScriptedTarget#callBackTo} says otherwise.
     */
    ServiceProcess launchWorker(String kid) {
        boolean first = started.stream().noneMatch(service -> service.name().startsWith("worker"));
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("NEXTJS_URL", target.url().toString());
        settings.putAll(workerSettings);
        settings.put("REVALIDATION_SECRET", REVALIDATION_SECRET);
        settings.put("CALLBACK_SECRET", CALLBACK_SECRET);
        settings.put("HANDSHAKE_SECRET_KEYID", kid);
        return launch("worker " + kid, jars.worker(), first ? callbackPort : FreePorts.one(), settings);
    }

    static ServiceProcess ready(ServiceProcess service) throws InterruptedException {
        return service.awaitReady(READY_WITHIN);
    }

    @Override
    public void close() {
        for (ServiceProcess service : started.reversed()) {
            service.kill();
        }
        target.close();
        connection.close();
        client.shutdown();
        redis.close();
    }

    private ServiceProcess launch(String name, Path jar, int port, Map<String, String> settings) {
        Map<String, String> environment = new LinkedHashMap<>(bothSettings);
        environment.putAll(settings);
        environment.put("REDIS_URL", redisUrl);
        ServiceProcess service = ServiceProcess.launch(ServiceOptions.ofJar(name, jar, port, environment), line -> {});
        started.add(service);
        return service;
    }
}
