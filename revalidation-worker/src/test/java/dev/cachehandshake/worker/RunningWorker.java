package dev.cachehandshake.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.redis.LettuceHandshakeStore;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.protocol.redis.RefereeTime;
import dev.cachehandshake.protocol.redis.Retention;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.store.PublishOutcome;
import dev.cachehandshake.protocol.wire.JobJson;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.scriptedtarget.ScriptedTarget;
import dev.cachehandshake.scriptedtarget.TargetSettings;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The real worker on a free port, with a real Redis and a scripted site, for all tests of a class; the site is healthy again
 * before each. Times are short, so that what takes minutes in earnest takes a second here.
 */
public final class RunningWorker implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    public static final String REVALIDATION_SECRET = "revalidation-secret-of-the-tests-0123456789";
    public static final String CALLBACK_SECRET = "callback-secret-of-the-tests-0123456789abcdef";
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Map<String, String> QUICK = Map.ofEntries(
            Map.entry("handshake.secret.revalidation", REVALIDATION_SECRET),
            Map.entry("handshake.secret.callback", CALLBACK_SECRET),
            Map.entry("handshake.backoff.first", "20ms"),
            Map.entry("handshake.backoff.most", "50ms"),
            Map.entry("handshake.backoff.unreached-most", "50ms"),
            // Tests of other things let many calls fail.
            Map.entry("handshake.circuit.failures", "1000"),
            Map.entry("handshake.sweep.every", "200ms"),
            Map.entry("handshake.sweep.at-most-every", "20ms"),
            Map.entry("handshake.sweep.grace", "300ms"),
            Map.entry("handshake.lease.duration", "2s"),
            Map.entry("handshake.lease.renew-every", "300ms"),
            Map.entry("handshake.lease.hold", "15s"),
            Map.entry("handshake.strategies.urgent.timeout", "10s"),
            Map.entry("handshake.strategies.normal.timeout", "10s"),
            Map.entry("handshake.strategies.low.timeout", "10s"),
            Map.entry("handshake.claim.pop-wait", "1s"));

    private final List<String> properties;
    private final LocalRedis redis;
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private final HandshakeStore store;
    private final List<ScriptedTarget> sites = new ArrayList<>();
    private final int targets;
    private int port;
    private ConfigurableApplicationContext context;

    private RunningWorker(LocalRedis redis, int targets, List<String> properties) {
        this.redis = redis;
        this.targets = targets;
        this.client = RedisClient.create(redis.url());
        this.connection = client.connect();
        this.store = new LettuceHandshakeStore(connection, RefereeTime.SERVER, Retention.DEFAULT);
        this.properties = properties;
    }

    /** With settings that win over the short times; on a Redis that this class has for itself. */
    public static RunningWorker with(String... properties) {
        return on(LocalRedis.start(), properties);
    }

    public static RunningWorker on(LocalRedis redis, String... properties) {
        return new RunningWorker(redis, 1, List.of(properties));
    }

    /** Of a site with so many targets. */
    public static RunningWorker withTargets(int targets, String... properties) {
        return new RunningWorker(LocalRedis.start(), targets, List.of(properties));
    }

    @Override
    public void beforeAll(ExtensionContext test) {
        for (int i = 0; i < targets; i++) {
            sites.add(startSite(0));
        }
        startWorker();
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        for (ScriptedTarget site : sites) {
            site.play(Behaviour.healthy());
            site.forget();
        }
    }

    @Override
    public void afterAll(ExtensionContext test) {
        stopWorker();
        sites.forEach(ScriptedTarget::close);
        connection.close();
        client.shutdown();
        redis.close();
    }

    /** On the port that the worker had before, for callbacks are on their way to it. */
    public void startWorker() {
        Map<String, String> settings = new HashMap<>(QUICK);
        settings.put("server.port", Integer.toString(port));
        settings.put("spring.data.redis.url", redis.url());
        settings.put(
                "handshake.target.url",
                sites.stream().map(site -> site.url().toString()).collect(Collectors.joining(",")));
        for (String property : properties) {
            int equals = property.indexOf('=');
            settings.put(property.substring(0, equals), property.substring(equals + 1));
        }
        context = new SpringApplicationBuilder(RevalidationWorker.class)
                .run(settings.entrySet().stream()
                        .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                        .toArray(String[]::new));
        port = Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
        sites.forEach(site -> site.callBackTo(url()));
    }

    public void stopWorker() {
        context.close();
    }

    public void stopSite() {
        stopSite(0);
    }

    public void stopSite(int which) {
        sites.get(which).close();
    }

    /** On the port that the site had before. */
    public void restartSite() {
        restartSite(0);
    }

    public void restartSite(int which) {
        sites.set(which, startSite(sites.get(which).port()));
        sites.get(which).callBackTo(url());
    }

    public ConfigurableApplicationContext context() {
        return context;
    }

    public ScriptedTarget site() {
        return sites.getFirst();
    }

    /** From 0; the first is {@link #site()}. */
    public ScriptedTarget site(int which) {
        return sites.get(which);
    }

    /** By what name the worker knows it, where there are several. */
    public String targetName(int which) {
        return sites.get(which).url().getAuthority();
    }

    public LocalRedis server() {
        return redis;
    }

    /** Plain commands, as a foreign publisher or an operator would give them. */
    public RedisCommands<String, String> redis() {
        return connection.sync();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The same referee on a connection of its own: it is there also while the worker is stopped. */
    public HandshakeStore store() {
        return store;
    }

    /** A post whose slug is its id and which the page {@code /blog} lists. */
    public void publish(String id) {
        publish(id, "");
    }

    /** @param more further members of the job, e.g. {@code "version":7} */
    public void publish(String id, String more) {
        publishAs(id, id, more);
    }

    public void publishAs(String id, String slug, String more) {
        Job job = JobJson.read(
                "{\"revalidation_id\":\"%s\",\"type\":\"post\",\"slug\":\"%s\",\"dependencies\":[\"blog\"]%s}"
                        .formatted(id, slug, more.isEmpty() ? "" : "," + more));
        assertThat(store().publish(new Acceptance(job, PathRules.DEFAULT.touchedBy(job), id, 10_000)))
                .isEqualTo(new PublishOutcome.Accepted());
    }

    public HandshakeView view(String id) {
        return store().find(new RevalidationId(id)).orElseThrow(() -> new AssertionError(id + " is unknown"));
    }

    public Map<String, String> hash(String id) {
        return redis().hgetall(RedisKeys.status(new RevalidationId(id)));
    }

    public HandshakeView awaitView(String id, Predicate<HandshakeView> condition) {
        return await(id).atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> view(id), condition);
    }

    public HandshakeView awaitEnd(String id) {
        return awaitView(id, view -> view.state().isTerminal());
    }

    public void awaitHash(String id, Predicate<Map<String, String>> condition) {
        await(id).atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> hash(id), condition);
    }

    /** @param meterName with dots; in the scrape it has underscores, and a suffix of its kind */
    public void awaitMetric(String meterName) {
        String begin = meterName.replace('.', '_');
        await(meterName)
                .atMost(PATIENCE)
                .until(() -> SentCallback.get(this, "/actuator/prometheus")
                        .body()
                        .lines()
                        .anyMatch(line -> line.matches(begin + "(_total|_seconds_count|_count)?(\\{.*)? [0-9.E]+")));
    }

    /** The line may come a moment after what it tells of. */
    public void awaitOutput(CapturedOutput output, String text) {
        await(text).atMost(PATIENCE).until(() -> output.getAll().contains(text));
    }

    private static ScriptedTarget startSite(int onPort) {
        try {
            return ScriptedTarget.start(new TargetSettings(
                    onPort, "default", REVALIDATION_SECRET, CALLBACK_SECRET, URI.create("http://127.0.0.1:1")));
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }
}
