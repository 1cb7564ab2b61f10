package dev.cachehandshake.localstack;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code up}: Redis, publisher, worker and a site, until Ctrl-C. */
@Command(name = "up", mixinStandardHelpOptions = true, description = "Starts everything; Ctrl-C stops it.")
final class UpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private StateOption state;

    @Option(names = "--no-site", description = "With a scripted target in place of the example site; needs no Node.")
    private boolean noSite;

    @Option(names = "--detach", description = "In the background; ./handshake down stops it.")
    private boolean detach;

    @Option(names = "--redis", paramLabel = "URL", description = "A Redis of yours, such as redis://localhost:6379.")
    private String redisUrl;

    @Option(names = "--publisher-port", defaultValue = "8080", description = "Default: ${DEFAULT-VALUE}.")
    private int publisherPort;

    @Option(names = "--worker-port", defaultValue = "8081", description = "Default: ${DEFAULT-VALUE}.")
    private int workerPort;

    @Option(names = "--site-port", defaultValue = "3000", description = "Default: ${DEFAULT-VALUE}.")
    private int sitePort;

    @Option(names = "--content-port", defaultValue = "3001", description = "Default: ${DEFAULT-VALUE}.")
    private int contentPort;

    @Override
    public Integer call() throws InterruptedException {
        requirePorts();
        if (detach) {
            new DetachedStack(state.directory(), System.out)
                    .start(spec.commandLine().getParseResult().originalArgs());
            return 0;
        }
        new LocalStack(
                        new StackPlan(
                                state.home(),
                                state.directory(),
                                Optional.ofNullable(redisUrl),
                                publisherPort,
                                workerPort,
                                sitePort,
                                noSite ? Optional.empty() : Optional.of(contentPort)),
                        System.out)
                .run();
        return 0;
    }

    private void requirePorts() {
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put("--publisher-port", publisherPort);
        ports.put("--worker-port", workerPort);
        ports.put("--site-port", sitePort);
        if (!noSite) {
            ports.put("--content-port", contentPort);
        }
        Map<Integer, String> taken = new LinkedHashMap<>();
        ports.forEach((option, port) -> {
            if (port < 1 || port > 65_535) {
                throw new LocalStackException(option + " is " + port + ": a port is 1 to 65535");
            }
            String other = taken.putIfAbsent(port, option);
            if (other != null) {
                throw new LocalStackException(other + " and " + option + " are both " + port + ": choose two");
            }
        });
    }
}
