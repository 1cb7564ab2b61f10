package dev.cachehandshake.localstack;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code up}: Redis, publisher, worker and a target, until Ctrl-C. */
@Command(name = "up", mixinStandardHelpOptions = true, description = "Starts everything; Ctrl-C stops it.")
final class UpCommand implements Callable<Integer> {
    @Option(names = "--home", defaultValue = ".", hidden = true)
    private Path home;

    @Option(names = "--state", paramLabel = "DIR", description = "Keeps data and secrets. Default: .handshake")
    private Path state;

    @Option(names = "--no-site", description = "With a scripted target in place of the example site.")
    private boolean noSite;

    @Option(names = "--redis", paramLabel = "URL", description = "A Redis of yours, such as redis://localhost:6379.")
    private String redisUrl;

    @Option(names = "--publisher-port", defaultValue = "8080", description = "Default: ${DEFAULT-VALUE}.")
    private int publisherPort;

    @Option(names = "--worker-port", defaultValue = "8081", description = "Default: ${DEFAULT-VALUE}.")
    private int workerPort;

    @Option(names = "--site-port", defaultValue = "3000", description = "Default: ${DEFAULT-VALUE}.")
    private int sitePort;

    @Override
    public Integer call() throws InterruptedException {
        if (!noSite) {
            throw new LocalStackException(
                    "the example Next.js site is not part of this version yet: use ./handshake up --no-site");
        }
        StackPlan plan = new StackPlan(
                home,
                state == null ? home.resolve(".handshake") : state,
                Optional.ofNullable(redisUrl),
                publisherPort,
                workerPort,
                sitePort);
        new LocalStack(plan, System.out).run();
        return 0;
    }
}
