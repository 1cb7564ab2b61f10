package dev.cachehandshake.localstack;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where everything goes.
 *
 * @param home the project's root, where the built services and the example site are
 * @param state where data, secrets and notes on running processes are kept
 * @param redisUrl of a server of the user's; empty for the embedded one
 * @param contentPort of the content API; empty for a scripted target in place of the example site
 */
record StackPlan(
        Path home,
        Path state,
        Optional<String> redisUrl,
        int publisherPort,
        int workerPort,
        int sitePort,
        Optional<Integer> contentPort) {
    StackPlan {
        home = home.toAbsolutePath().normalize();
        state = state.toAbsolutePath().normalize();
    }

    boolean withSite() {
        return contentPort.isPresent();
    }

    URI publisherUrl() {
        return local(publisherPort);
    }

    URI workerUrl() {
        return local(workerPort);
    }

    URI siteUrl() {
        return local(sitePort);
    }

    Optional<URI> contentUrl() {
        return contentPort.map(StackPlan::local);
    }

    /** For people: relative to where the project is, if it is there. */
    String shown(Path file) {
        return (file.startsWith(home) ? home.relativize(file) : file).toString();
    }

    private static URI local(int port) {
        return URI.create("http://localhost:" + port);
    }
}
