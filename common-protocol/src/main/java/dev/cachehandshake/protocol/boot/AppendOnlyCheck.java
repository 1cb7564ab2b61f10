package dev.cachehandshake.protocol.boot;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/** A Redis that keeps its data in memory only loses accepted handshakes when it restarts: to try things out that will do. */
final class AppendOnlyCheck implements SmartInitializingSingleton {
    private static final Logger log = LoggerFactory.getLogger(AppendOnlyCheck.class);
    private static final String APPEND_ONLY = "appendonly";

    private final StatefulRedisConnection<String, String> redis;

    AppendOnlyCheck(StatefulRedisConnection<String, String> redis) {
        this.redis = redis;
    }

    /** Not before all settings are known to be right: a start that they stop says that and nothing else. */
    @Override
    public void afterSingletonsInstantiated() {
        try {
            if ("no".equals(redis.sync().configGet(APPEND_ONLY).get(APPEND_ONLY))) {
                log.warn(
                        "Redis is not append-only: a Redis that crashes or restarts forgets handshakes that were accepted;"
                                + " set \"appendonly yes\" on it");
            }
        } catch (RedisCommandExecutionException forbidden) {
            log.debug("Redis does not let its appendonly be read", forbidden);
        }
    }
}
