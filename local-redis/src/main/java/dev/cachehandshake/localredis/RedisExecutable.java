package dev.cachehandshake.localredis;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/** The {@code redis-server} for this system, unpacked once a JVM. */
final class RedisExecutable {
    private RedisExecutable() {}

    /** @throws LocalRedisException when there is none for this system, or it cannot be written to the temporary directory */
    static Path path() {
        try {
            return Holder.PATH;
        } catch (ExceptionInInitializerError failed) {
            throw new LocalRedisException(
                    "cannot unpack a redis-server for this system: "
                            + failed.getCause().getMessage(),
                    failed.getCause());
        } catch (NoClassDefFoundError failedBefore) {
            throw new LocalRedisException("cannot unpack a redis-server for this system", failedBefore);
        }
    }

    private static final class Holder {
        static final Path PATH = unpack();

        private static Path unpack() {
            try {
                if (!ExecutableProvider.newProvidedVersionsMap()
                        .containsKey(OsArchitecture.detectOSandArchitecture())) {
                    throw new LocalRedisException("there is no redis-server in the library for "
                            + System.getProperty("os.name") + " on " + System.getProperty("os.arch"));
                }
                File binary = ExecutableProvider.newJarResourceProvider().get();
                Path path = binary.toPath().toAbsolutePath();
                StopAtExit.add(() -> delete(path));
                return path;
            } catch (IOException notWritten) {
                throw new LocalRedisException("cannot unpack redis-server: " + notWritten.getMessage(), notWritten);
            }
        }

        private static void delete(Path binary) {
            try {
                Files.deleteIfExists(binary);
                Files.deleteIfExists(binary.getParent());
            } catch (IOException leftBehind) {
                System.getLogger(RedisExecutable.class.getName())
                        .log(System.Logger.Level.DEBUG, "left behind: " + binary, leftBehind);
            }
        }
    }
}
