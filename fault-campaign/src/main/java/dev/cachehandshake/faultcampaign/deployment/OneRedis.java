package dev.cachehandshake.faultcampaign.deployment;

import dev.cachehandshake.faultcampaign.faults.TcpProxy;
import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.localredis.LocalRedisOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.List;
import java.util.Map;

/** One Redis that keeps each write it acknowledges, behind a link that can be cut. */
public final class OneRedis implements RedisSide {
    /** So that a restart takes as long after a hundred runs as after the first. */
    static final String REWRITE_SOON = "auto-aof-rewrite-min-size 4mb";

    private final LocalRedis server;
    private final TcpProxy link;

    private OneRedis(LocalRedis server) {
        this.server = server;
        this.link = TcpProxy.before(() -> List.of(server.port()));
    }

    static OneRedis start() {
        return new OneRedis(LocalRedis.start(LocalRedisOptions.durable().with(REWRITE_SOON)));
    }

    public LocalRedis server() {
        return server;
    }

    public TcpProxy link() {
        return link;
    }

    /** @param bytes as {@code maxmemory} has it; 0 for no limit */
    public void limitMemory(long bytes) {
        // Past the link, which may be cut at this moment.
        try (RedisClient client = RedisClient.create(server.url());
                StatefulRedisConnection<String, String> connection = client.connect()) {
            connection.sync().configSet("maxmemory", Long.toString(bytes));
        }
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("REDIS_URL", "redis://127.0.0.1:" + link.port());
    }

    @Override
    public void close() {
        link.close();
        server.close();
    }
}
