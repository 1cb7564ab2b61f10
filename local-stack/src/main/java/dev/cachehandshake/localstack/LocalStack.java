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
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Brings everything up in order, says where it is, and waits until something ends. */
final class LocalStack {
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final int REMEMBERED_CALLS = 100;

    private final StackPlan plan;
    private final PrintStream out;

    LocalStack(StackPlan plan, PrintStream out) {
        this.plan = plan;
        this.out = out;
    }

    /**
     * Returns only when a part has ended by itself; Ctrl-C ends the JVM, whose hook stops all parts.
     *
     * @throws LocalStackException when a part cannot start, or has ended
     */
    void run() throws InterruptedException {
        RunningServices running = new RunningServices(plan.state());
        if (running.takeOver() > 0) {
            out.println("handshake | what a killed run had left running was stopped");
        }
        requireFree("publisher", plan.publisherPort(), "--publisher-port");
        requireFree("worker", plan.workerPort(), "--worker-port");
        requireFree("site", plan.sitePort(), "--site-port");
        ServiceJars jars = new ServiceJars(plan.home());
        Path directory = plan.state();
        Optional<LocalRedis> ownRedis =
                plan.redisUrl().isPresent() ? Optional.empty() : Optional.of(startRedis(directory));
        String redisUrl = plan.redisUrl().orElseGet(() -> ownRedis.orElseThrow().url());

        LocalSecrets secrets = new LocalSecrets(directory);
        Map<String, String> environment = new LinkedHashMap<>(secrets.keep(addresses(redisUrl)));
        environment.put("NEXTJS_URL", plan.siteUrl().toString());
        startTarget(environment);
        ServiceProcess publisher =
                running.note(launch("publisher", jars.publisher(), plan.publisherPort(), environment));
        ServiceProcess worker = running.note(launch("worker", jars.worker(), plan.workerPort(), environment));
        publisher.awaitReady(READY_WITHIN);
        worker.awaitReady(READY_WITHIN);
        announce(environment, secrets.file());
        sayWhenStopping();
        awaitAnyEnd(publisher, worker, ownRedis);
    }

    private void requireFree(String who, int port, String option) {
        if (!FreePorts.isFree(port)) {
            throw new LocalStackException("port " + port + " is taken, and the " + who
                    + " wants it: stop what listens there, or" + " choose another with " + option + " N");
        }
    }

    private LocalRedis startRedis(Path directory) {
        try {
            LocalRedis redis = LocalRedis.start(
                    LocalRedisOptions.inMemory().in(directory.resolve("redis")).appending(AppendFsync.EVERYSEC));
            out.println("redis     | ready on port " + redis.port() + ", append-only in "
                    + plan.shown(directory.resolve("redis")));
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

    private ServiceProcess launch(String name, Path jar, int port, Map<String, String> environment) {
        String label = "%-9s | ".formatted(name);
        return ServiceProcess.launch(
                new ServiceOptions(name, jar, port, environment), line -> out.println(label + line));
    }

    private Map<String, String> addresses(String redisUrl) {
        Map<String, String> addresses = new LinkedHashMap<>();
        addresses.put("PUBLISHER_URL", plan.publisherUrl().toString());
        addresses.put("WORKER_URL", plan.workerUrl().toString());
        addresses.put("SITE_URL", plan.siteUrl().toString());
        addresses.put("REDIS_URL", redisUrl);
        return addresses;
    }

    private void sayWhenStopping() {
        StopAtExit.add(() -> out.println("handshake: stopping; calls under way are finished or handed back"));
    }

    private void announce(Map<String, String> environment, Path secretsFile) {
        URI publisher = plan.publisherUrl();
        out.print("""

                Cache Handshake is up.

                  publisher   %s
                  worker      %s
                  site        %s  (scripted: it takes every call and confirms it)
                  redis       %s
                  secrets     %s

                Publish a change:

                  curl -i -X POST %s/api/content-updates \\
                    -H 'Authorization: Bearer %s' -H 'Content-Type: application/json' \\
                    -d '{"type":"post","slug":"hello-world","version":1,"revalidation_id":"hello-1"}'

                Is it live?

                  curl -H 'Authorization: Bearer %7$s' '%1$s/api/handshakes/hello-1?wait=PT30S'

                Ctrl-C stops everything.

                """.formatted(
                        publisher,
                        plan.workerUrl(),
                        plan.siteUrl(),
                        withoutPassword(environment.get("REDIS_URL")),
                        plan.shown(secretsFile),
                        publisher,
                        environment.get("HANDSHAKE_API_KEY")));
        out.flush();
    }

    private static String withoutPassword(String url) {
        return url.replaceAll("://[^@/]*@", "://…@");
    }

    private void awaitAnyEnd(ServiceProcess publisher, ServiceProcess worker, Optional<LocalRedis> redis) {
        CompletableFuture<String> ended = CompletableFuture.anyOf(
                        publisher.onExit().thenApply(gone -> "the publisher has ended: " + publisher.lastWords()),
                        worker.onExit().thenApply(gone -> "the worker has ended: " + worker.lastWords()),
                        redis.map(own -> own.onExit()
                                        .<Object>thenApply(code -> "the embedded Redis has ended: "
                                                + String.join(
                                                        " / ",
                                                        own.log().stream()
                                                                .skip(Math.max(
                                                                        0,
                                                                        own.log()
                                                                                        .size()
                                                                                - 2))
                                                                .toList())))
                                .orElseGet(CompletableFuture::new))
                .thenApply(Object::toString);
        String what = ended.join();
        if (StopAtExit.isUnderWay()) {
            return;
        }
        throw new LocalStackException(what + "; everything is stopped now");
    }
}
