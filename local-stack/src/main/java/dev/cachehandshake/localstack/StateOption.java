package dev.cachehandshake.localstack;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the project is, and where a stack keeps what it needs; the same for every command. */
final class StateOption {
    @Option(names = "--home", defaultValue = ".", hidden = true)
    private Path home;

    @Option(names = "--state", paramLabel = "DIR", description = "Keeps data and secrets. Default: .handshake")
    private Path state;

    Path home() {
        return home.toAbsolutePath().normalize();
    }

    Path directory() {
        return (state == null ? home.resolve(".handshake") : state)
                .toAbsolutePath()
                .normalize();
    }
}
