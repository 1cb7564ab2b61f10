package dev.cachehandshake.protocol.boot;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Redis that evicts keys when memory is full loses handshakes without a word: no service starts on one. */
final class EvictionPolicyCheck {
    private static final Logger log = LoggerFactory.getLogger(EvictionPolicyCheck.class);
    private static final String POLICY = "maxmemory-policy";

    /** @throws SettingsException when the server may evict */
    EvictionPolicyCheck(StatefulRedisConnection<String, String> redis) {
        try {
            Map<String, String> config = redis.sync().configGet(POLICY);
            String policy = config.getOrDefault(POLICY, "noeviction");
            if (!"noeviction".equals(policy)) {
                throw new SettingsException("Redis has the maxmemory-policy \"" + policy
                        + "\", which throws accepted handshakes away when memory is full: set it to noeviction");
            }
        } catch (RedisCommandExecutionException forbidden) {
            log.warn("Redis does not let its maxmemory-policy be read: see to it that it is noeviction");
        }
    }
}
