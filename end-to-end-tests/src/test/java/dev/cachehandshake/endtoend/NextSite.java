package dev.cachehandshake.endtoend;

import dev.cachehandshake.localstack.FileTrees;
import dev.cachehandshake.localstack.Freshness;
import dev.cachehandshake.localstack.NpmRun;
import dev.cachehandshake.localstack.ServiceOptions;
import dev.cachehandshake.protocol.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The two routers of {@code sites/two-routers} on two versions of Next.js. All is made below {@code target/}: the packages of a
 * version once, each site once from the sources that it needs, and what runs is a copy of that, so that no test sees the pages
 * of an earlier run.
 */
enum NextSite implements RunnableSite {
    APP_15("next-15", "app"),
    PAGES_15("next-15", "pages"),
    APP_16("next-16", "app"),
    PAGES_16("next-16", "pages");

    private static final Path SOURCES = Path.of("sites", "two-routers");
    private static final Path ADAPTER = Path.of("..", "nextjs-adapter");
    /** As deep below the adapter as the sources are, for its path stands in the lock file. */
    private static final Path MADE = Path.of("target", "sites").toAbsolutePath();

    private static final List<String> INSTALLED_FROM = List.of("package.json", "package-lock.json", ".npmrc");
    private static final Map<String, String> QUIET = Map.of("NEXT_TELEMETRY_DISABLED", "1");
    private static final Clock CLOCK = Clock.systemUTC();

    private final String version;
    private final String router;

    NextSite(String version, String router) {
        this.version = version;
        this.router = router;
    }

    boolean isPagesRouter() {
        return router.equals("pages");
    }

    /** Whether a page that only a tag names stays until its new one is made, which its next visitor asks for. */
    boolean refreshesTags() {
        return this == APP_16;
    }

    /** Such as {@code Next.js 16.4.5, App Router}. */
    @Override
    public String toString() {
        try {
            String next = Json.object(Files.readString(SOURCES.resolve(version).resolve("package.json")))
                    .path("dependencies")
                    .path("next")
                    .textValue();
            String name = router.substring(0, 1).toUpperCase(Locale.ROOT) + router.substring(1);
            return "Next.js " + next + ", " + name + " Router";
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void prepare(int contentPort) throws IOException, InterruptedException {
        Path packages = MADE.resolve(version);
        install(packages);
        Path built = packages.resolve(router + "-router");
        build(packages, built, contentPort);
        FileTrees.delete(running());
        FileTrees.copy(built, running());
    }

    @Override
    public ServiceOptions run(String address, int port, int contentPort, Map<String, String> settings) {
        Map<String, String> environment = new LinkedHashMap<>(QUIET);
        environment.put("CONTENT_API_URL", "http://127.0.0.1:" + contentPort);
        environment.put("PORT", Integer.toString(port));
        String url = "http://" + address + ":" + port;
        environment.put("SELF_URL", url);
        environment.putAll(settings);
        return new ServiceOptions(
                toString(),
                List.of(
                        "node",
                        "../node_modules/next/dist/bin/next",
                        "start",
                        "-H",
                        address,
                        "-p",
                        Integer.toString(port)),
                Optional.of(running()),
                port,
                url + "/api/ready",
                environment);
    }

    private Path running() {
        return MADE.resolve(version).resolve(router + "-router-running");
    }

    private void install(Path packages) throws IOException, InterruptedException {
        Path from = SOURCES.resolve(version);
        Path stamp = packages.resolve(".installed");
        if (Freshness.isFresh(
                stamp,
                List.of(from, ADAPTER.resolve("src"), ADAPTER.resolve("package.json"), ADAPTER.resolve("build.js")))) {
            return;
        }
        Instant begun = CLOCK.instant();
        Files.createDirectories(packages);
        for (String file : INSTALLED_FROM) {
            Files.copy(from.resolve(file), packages.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        NpmRun.in(packages, QUIET, "ci", "--no-audit", "--no-fund");
        stampAsOf(begun, stamp);
    }

    private void build(Path packages, Path built, int contentPort) throws IOException, InterruptedException {
        List<Path> sources = List.of(
                SOURCES.resolve("lib"),
                SOURCES.resolve(router),
                SOURCES.resolve("instrumentation.ts"),
                SOURCES.resolve("next.config.mjs"),
                SOURCES.resolve("tsconfig.json"));
        Path stamp = built.resolve(".built");
        if (Freshness.isFresh(
                stamp,
                Stream.concat(sources.stream(), Stream.of(packages.resolve(".installed")))
                        .toList())) {
            return;
        }
        Instant begun = CLOCK.instant();
        FileTrees.delete(built);
        Files.createDirectories(built);
        for (Path source : sources) {
            FileTrees.copy(source, built.resolve(source.getFileName()));
        }
        Map<String, String> environment = new LinkedHashMap<>(QUIET);
        environment.put("CONTENT_API_URL", "http://127.0.0.1:" + contentPort);
        NpmRun.in(built, environment, "exec", "--", "next", "build");
        FileTrees.delete(built.resolve(".next").resolve("cache"));
        stampAsOf(begun, stamp);
    }

    private static void stampAsOf(Instant begun, Path stamp) throws IOException {
        Files.writeString(stamp, "");
        Files.setLastModifiedTime(stamp, FileTime.from(begun));
    }
}
