package dev.cachehandshake.localstack;

import dev.cachehandshake.localredis.AppendFsync;
import dev.cachehandshake.localredis.FreePorts;
import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.localredis.LocalRedisException;
import dev.cachehandshake.localredis.LocalRedisOptions;
import dev.cachehandshake.localredis.StopAtExit;
import dev.cachehandshake.scriptedtarget.ScriptedTarget;
import dev.cachehandshake.scriptedtarget.TargetSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Brings everything up in order, says where it is, and waits until something ends. */
final class LocalStack {
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final int REMEMBERED_CALLS = 100;
    private static final int REDIS_PORT = 6379;
    private static final int CONNECT_WITHIN_MS = 2_000;

    private static final String LABEL = "%-9s | ";

    private final StackPlan plan;
    private final RunningServices running;
    private final PrintStream out;

    LocalStack(StackPlan plan, PrintStream out) {
        this.plan = plan;
        this.running = new RunningServices(plan.state());
        this.out = out;
    }

    /**
     * Returns only when a part has ended by itself; Ctrl-C ends the JVM, whose hook stops all parts.
     *
     * @throws LocalStackException when a part cannot start, or has ended
     */
    void run() throws InterruptedException {
        long begun = System.nanoTime();
        if (running.takeOver() > 0) {
            out.println("handshake | what a killed run had left running was stopped");
        }
        if (plan.withSite()) {
            NodeTools.require();
        }
        requireFree("publisher", plan.publisherPort(), "--publisher-port");
        requireFree("worker", plan.workerPort(), "--worker-port");
        requireFree("site", plan.sitePort(), "--site-port");
        plan.contentPort().ifPresent(port -> requireFree("content API", port, "--content-port"));
        plan.redisUrl().ifPresent(LocalStack::requireRedis);
        Optional<LocalRedis> ownRedis = plan.redisUrl().isPresent() ? Optional.empty() : Optional.of(startRedis());
        String redisUrl = plan.redisUrl().orElseGet(() -> ownRedis.orElseThrow().url());

        LocalSecrets secrets = new LocalSecrets(plan.state());
        Map<String, String> environment = new LinkedHashMap<>(secrets.keep(addresses(redisUrl)));
        environment.put("NEXTJS_URL", plan.siteUrl().toString());
        ServiceJars jars = new ServiceJars(plan.home());
        List<ServiceProcess> services = new ArrayList<>();
        services.add(launch(ServiceOptions.ofJar("publisher", jars.publisher(), plan.publisherPort(), environment)));
        services.add(launch(ServiceOptions.ofJar("worker", jars.worker(), plan.workerPort(), environment)));
        if (plan.contentPort().isPresent()) {
            services.addAll(startSite(plan.contentPort().get(), environment));
        } else {
            startTarget(environment);
        }
        for (ServiceProcess service : services) {
            service.awaitReady(READY_WITHIN);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        out.print(Announcement.of(plan, environment, secrets.file(), took));
        out.flush();
        StopAtExit.add(() -> out.println("handshake: stopping; calls under way are finished or handed back"));
        awaitAnyEnd(services, ownRedis);
    }

    private List<ServiceProcess> startSite(int contentPort, Map<String, String> environment)
            throws InterruptedException {
        ExampleSite site = new ExampleSite(
                plan.home(),
                plan.state().resolve("content").resolve("posts.json"),
                ".next",
                Clock.systemUTC(),
                line -> out.println(LABEL.formatted("site") + line));
        site.install();
        ServiceProcess content = launch(site.contentApi(contentPort)).awaitReady(READY_WITHIN);
        site.build(contentPort);
        return List.of(content, launch(site.site(plan.sitePort(), contentPort, environment)));
    }

    private void requireFree(String who, int port, String option) {
        if (!FreePorts.isFree(port)) {
            throw new LocalStackException("port " + port + " is taken, and the " + who
                    + " wants it: stop what listens there, or" + " choose another with " + option + " N");
        }
    }

    private static void requireRedis(String url) {
        URI address = URI.create(url);
        int port = address.getPort() < 0 ? REDIS_PORT : address.getPort();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getHost(), port), CONNECT_WITHIN_MS);
        } catch (IOException away) {
            throw new LocalStackException(
                    "nothing answers at " + address.getHost() + ":" + port
                            + ": start your Redis, leave --redis out for the" + " embedded one, or say where yours is",
                    away);
        }
    }

    private LocalRedis startRedis() {
        try {
            LocalRedis redis = LocalRedis.start(LocalRedisOptions.inMemory()
                    .in(plan.state().resolve("redis"))
                    .appending(AppendFsync.EVERYSEC));
            out.println("redis     | ready on port " + redis.port() + ", append-only in "
                    + plan.shown(plan.state().resolve("redis")));
            return redis;
        } catch (LocalRedisException notStarted) {
            throw new LocalStackException(
                    "the embedded Redis cannot start: " + notStarted.getMessage()
                            + "; or use your own with --redis URL",
                    notStarted);
        }
    }

    private void startTarget(Map<String, String> environment) {
        try {
            ScriptedTarget target = ScriptedTarget.start(new TargetSettings(
                    plan.sitePort(),
                    "default",
                    environment.get("REVALIDATION_SECRET"),
                    environment.get("CALLBACK_SECRET"),
                    plan.workerUrl()));
            target.remember(REMEMBERED_CALLS);
            StopAtExit.add(target::close);
            out.println("target    | ready on port " + plan.sitePort());
        } catch (IOException taken) {
            throw new LocalStackException("the scripted target cannot start: " + taken.getMessage(), taken);
        }
    }

    private ServiceProcess launch(ServiceOptions options) {
        String label = LABEL.formatted(options.name());
        return running.note(ServiceProcess.launch(options, line -> out.println(label + line)));
    }

    private Map<String, String> addresses(String redisUrl) {
        Map<String, String> addresses = new LinkedHashMap<>();
        addresses.put("PUBLISHER_URL", plan.publisherUrl().toString());
        addresses.put("WORKER_URL", plan.workerUrl().toString());
        addresses.put("SITE_URL", plan.siteUrl().toString());
        plan.contentUrl().ifPresent(content -> addresses.put("CONTENT_API_URL", content.toString()));
        addresses.put("REDIS_URL", redisUrl);
        return addresses;
    }

    private void awaitAnyEnd(List<ServiceProcess> services, Optional<LocalRedis> redis) {
        List<CompletableFuture<String>> ends = new ArrayList<>();
        for (ServiceProcess service : services) {
            ends.add(
                    service.onExit().thenApply(gone -> "the " + service.name() + " has ended: " + service.lastWords()));
        }
        redis.ifPresent(own -> ends.add(own.onExit()
                .thenApply(code -> "the embedded Redis has ended: "
                        + own.log().stream().reduce((before, last) -> last).orElse("it said nothing"))));
        String what = CompletableFuture.anyOf(ends.toArray(CompletableFuture[]::new))
                .thenApply(Object::toString)
                .join();
        if (StopAtExit.isUnderWay()) {
            return;
        }
        throw new LocalStackException(what + "; everything is stopped now");
    }
}
