package dev.cachehandshake.localstack;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where everything goes.
 *
 * @param home the project's root; data is kept in its {@code .handshake/}
 * @param redisUrl of a server of the user's; empty for the embedded one
 */
record StackPlan(Path home, Optional<String> redisUrl, int publisherPort, int workerPort, int sitePort) {
    StackPlan {
        home = home.toAbsolutePath().normalize();
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

    private static URI local(int port) {
        return URI.create("http://localhost:" + port);
    }
}
