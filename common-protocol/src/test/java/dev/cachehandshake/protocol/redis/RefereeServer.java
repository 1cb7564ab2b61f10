package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.localredis.LocalRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The one real Redis of this test JVM: the server at {@code HANDSHAKE_TEST_REDIS_URL} where that is set (its database is
 * emptied!), else a container where Docker works, else the embedded binary. It ends with the JVM.
 */
public final class RefereeServer {
    private static final String URL_OVERRIDE = "HANDSHAKE_TEST_REDIS_URL";
    private static final DockerImageName IMAGE = DockerImageName.parse("redis:7.4-alpine");
    private static final int PORT = 6379;

    private final RedisURI uri;
    private final StatefulRedisConnection<String, String> connection;

    private RefereeServer(String url) {
        uri = RedisURI.create(url);
        uri.setTimeout(Duration.ofSeconds(20));
        connection = RedisClient.create(uri).connect();
    }

    /** Started by the first who asks. */
    public static RefereeServer shared() {
        return Holder.SHARED;
    }

    public RedisURI uri() {
        return uri;
    }

    public StatefulRedisConnection<String, String> connection() {
        return connection;
    }

    /** Plain commands, as a foreign publisher, a site or an operator would give them. */
    public RedisCommands<String, String> redis() {
        return connection.sync();
    }

    /** Forgets everything, between tests. */
    public void empty() {
        redis().flushdb();
    }

    private static String startedUrl() {
        String given = System.getenv(URL_OVERRIDE);
        if (given != null && !given.isBlank()) {
            return given;
        }
        if (DockerClientFactory.instance().isDockerAvailable()) {
            GenericContainer<?> container = new GenericContainer<>(IMAGE).withExposedPorts(PORT);
            container.start();
            return "redis://" + container.getHost() + ":" + container.getMappedPort(PORT);
        }
        return LocalRedis.start().url();
    }

    private static final class Holder {
        static final RefereeServer SHARED = new RefereeServer(startedUrl());
    }
}
