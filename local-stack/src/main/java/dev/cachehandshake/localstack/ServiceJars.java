package dev.cachehandshake.localstack;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the executable jars that the build has made. */
public final class ServiceJars {
    private final Path home;

    /** @param home the project's root */
    public ServiceJars(Path home) {
        this.home = home;
    }

    /** @throws LocalStackException when it has not been built */
    public Path publisher() {
        return jarOf("publisher-service");
    }

    /** @throws LocalStackException when it has not been built */
    public Path worker() {
        return jarOf("revalidation-worker");
    }

    private Path jarOf(String module) {
        Path target = home.resolve(module).resolve("target");
        if (Files.isDirectory(target)) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, module + "-*-exec.jar")) {
                for (Path jar : jars) {
                    return jar.toAbsolutePath().normalize();
                }
            } catch (IOException unreadable) {
                throw new LocalStackException("cannot read " + target + ": " + unreadable.getMessage(), unreadable);
            }
        }
        throw new LocalStackException(
                module + " is not built: run `mvn -DskipTests package`, or ./handshake up, which does");
    }
}
