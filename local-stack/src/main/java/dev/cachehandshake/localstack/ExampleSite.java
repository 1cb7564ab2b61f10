package dev.cachehandshake.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The example blog and its content API: installed once, built when a source is newer than the last build, and run. The
 * content API has to be up while the site is built, for its pages are made then.
 */
public final class ExampleSite {
    private static final String STAMP = ".handshake-built";

    private final Path adapter;
    private final Path blog;
    private final Path content;
    private final String made;
    private final Clock clock;
    private final Consumer<String> say;

    /**
     * @param home the project's root
     * @param content the file that the content API keeps its posts in
     * @param made the directory, below the blog's own, that the built site goes to: what {@code ./handshake up} runs and what
     *     tests run must not write into each other's pages
     * @param say hears what is being done
     */
    public ExampleSite(Path home, Path content, String made, Clock clock, Consumer<String> say) {
        this.adapter = home.resolve("nextjs-adapter");
        this.blog = home.resolve("examples").resolve("nextjs-blog");
        this.content = content.toAbsolutePath();
        this.made = made;
        this.clock = clock;
        this.say = say;
    }

    /** @throws LocalStackException when Node is missing, or npm fails; the message has its last lines */
    public void install() throws InterruptedException {
        NodeTools.require();
        Path stamp = blog.resolve("node_modules").resolve(".handshake-installed");
        List<Path> sources = List.of(
                adapter.resolve("package.json"),
                adapter.resolve("package-lock.json"),
                adapter.resolve("build.js"),
                adapter.resolve("src"),
                adapter.resolve("tsconfig.json"),
                adapter.resolve("tsconfig.build.json"),
                blog.resolve("package.json"),
                blog.resolve("package-lock.json"),
                blog.resolve(".npmrc"));
        if (Freshness.isFresh(stamp, sources)) {
            return;
        }
        say.accept("installing the packages (the first time takes a minute or two) ...");
        Instant begun = clock.instant();
        NpmRun.in(adapter, Map.of(), "ci", "--no-audit", "--no-fund");
        NpmRun.in(adapter, Map.of(), "run", "build");
        NpmRun.in(blog, Map.of(), "ci", "--no-audit", "--no-fund");
        write(stamp, "", begun);
    }

    /** How to run the content API. */
    public ServiceOptions contentApi(int port) {
        return new ServiceOptions(
                "content",
                List.of("node", "content-api/server.mjs"),
                Optional.of(blog),
                port,
                "/health",
                Map.of("CONTENT_API_PORT", Integer.toString(port), "CONTENT_API_FILE", content.toString()));
    }

    /**
     * Makes the pages, from the content API that runs, unless they are made already.
     *
     * @throws LocalStackException when the build fails; the message has its last lines
     */
    public void build(int contentPort) throws InterruptedException {
        if (!isBuiltFrom(contentIdentity(), blog.resolve(made).resolve(STAMP))) {
            buildAnew(contentPort);
        }
    }

    /** The same, also when they are made already: a site that has run has put other pages in their place. */
    public void buildAnew(int contentPort) throws InterruptedException {
        say.accept("building the site ...");
        Instant begun = clock.instant();
        NpmRun.in(blog, environment(contentPort), "run", "build");
        write(blog.resolve(made).resolve(STAMP), contentIdentity(), begun);
    }

    /** How to run the site. */
    public ServiceOptions site(int port, int contentPort, Map<String, String> secretsAndAddresses) {
        return site("127.0.0.1", List.of(), port, contentPort, secretsAndAddresses);
    }

    /** The same, as one of several replicas: on that address of this machine, and on no other. */
    public ServiceOptions replica(String address, int port, int contentPort, Map<String, String> secretsAndAddresses) {
        return site(address, List.of("-H", address), port, contentPort, secretsAndAddresses);
    }

    /** A further replica's own copy of what was built: each writes its pages there. */
    public ExampleSite copiedTo(String otherMade) {
        ExampleSite copy = new ExampleSite(blog.resolve("../..").normalize(), content, otherMade, clock, say);
        Path from = blog.resolve(made);
        Path to = blog.resolve(otherMade);
        try {
            FileTrees.delete(to);
            FileTrees.copy(from, to);
        } catch (IOException failed) {
            throw new LocalStackException("cannot copy " + from + " to " + to + ": " + failed.getMessage(), failed);
        }
        return copy;
    }

    private ServiceOptions site(
            String address, List<String> more, int port, int contentPort, Map<String, String> secretsAndAddresses) {
        Map<String, String> environment = new LinkedHashMap<>(environment(contentPort));
        environment.put("PORT", Integer.toString(port));
        environment.put("SELF_URL", "http://" + address + ":" + port);
        environment.putAll(secretsAndAddresses);
        List<String> command = new ArrayList<>(
                List.of("node", "node_modules/next/dist/bin/next", "start", "-p", Integer.toString(port)));
        command.addAll(more);
        return new ServiceOptions(
                "site", command, Optional.of(blog), port, "http://" + address + ":" + port + "/icon.svg", environment);
    }

    private Map<String, String> environment(int contentPort) {
        return Map.of(
                "CONTENT_API_URL",
                "http://127.0.0.1:" + contentPort,
                "NEXT_DIST_DIR",
                made,
                "NEXT_TELEMETRY_DISABLED",
                "1");
    }

    /** The content that a build was made from: other content, or the same begun anew, wants another build. */
    private String contentIdentity() {
        Path directory = content.getParent();
        try {
            return directory + " "
                    + Files.readAttributes(directory, BasicFileAttributes.class).creationTime();
        } catch (IOException unreadable) {
            throw new LocalStackException("cannot read " + directory + ": " + unreadable.getMessage(), unreadable);
        }
    }

    private boolean isBuiltFrom(String identity, Path stamp) {
        try {
            return Freshness.isFresh(stamp, List.of(blog, adapter))
                    && Files.readString(stamp).equals(identity);
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Says of what was made that its sources are those of this moment, when the work began. */
    private static void write(Path stamp, String text, Instant begun) {
        try {
            Files.createDirectories(stamp.getParent());
            Files.writeString(stamp, text);
            Files.setLastModifiedTime(stamp, FileTime.from(begun));
        } catch (IOException unwritable) {
            throw new LocalStackException("cannot write " + stamp + ": " + unwritable.getMessage(), unwritable);
        }
    }
}
