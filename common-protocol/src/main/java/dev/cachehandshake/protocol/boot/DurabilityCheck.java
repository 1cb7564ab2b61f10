package dev.cachehandshake.protocol.boot;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Looks at how the Redis of this start keeps what it acknowledges; docs/reliability.md says what each setting can lose. A Redis
 * that comes to its place later (after a failover, or set otherwise while it runs) is not looked at.
 */
final class DurabilityCheck implements SmartInitializingSingleton {
    private static final Logger log = LoggerFactory.getLogger(DurabilityCheck.class);
    private static final String APPEND_ONLY = "appendonly";

    /**
     * What it takes for each write to be on disk before it is acknowledged. The last one makes Redis leave the fsync out while it
     * rewrites the file or takes a snapshot, also where appendfsync is always.
     */
    private static final Map<String, String> EACH_WRITE_IS_SYNCED = new LinkedHashMap<>();

    static {
        EACH_WRITE_IS_SYNCED.put(APPEND_ONLY, "yes");
        EACH_WRITE_IS_SYNCED.put("appendfsync", "always");
        EACH_WRITE_IS_SYNCED.put("no-appendfsync-on-rewrite", "no");
    }

    private final StatefulRedisConnection<String, String> redis;
    private final Durability durability;

    DurabilityCheck(StatefulRedisConnection<String, String> redis, Durability durability) {
        this.redis = redis;
        this.durability = durability;
    }

    /**
     * Not before all settings are known to be right: a start that they stop says that and nothing else.
     *
     * @throws SettingsException when every write is to be synced, and is not, or nobody can tell
     */
    @Override
    public void afterSingletonsInstantiated() {
        switch (durability) {
            case SERVER -> warnUnlessAppendOnly();
            case FSYNC -> refuseUnlessEachWriteIsSynced();
        }
    }

    private void warnUnlessAppendOnly() {
        try {
            if (configured(APPEND_ONLY).filter("no"::equals).isPresent()) {
                log.warn(
                        "Redis is not append-only: a Redis that crashes or restarts forgets handshakes that were accepted;"
                                + " set \"appendonly yes\" on it");
            }
        } catch (RedisCommandExecutionException forbidden) {
            log.debug("Redis does not let its appendonly be read", forbidden);
        }
    }

    private void refuseUnlessEachWriteIsSynced() {
        Map<String, String> otherwise = new LinkedHashMap<>();
        EACH_WRITE_IS_SYNCED.forEach((name, wanted) -> {
            String value = readable(name);
            if (!value.equals(wanted)) {
                otherwise.put(name, value);
            }
        });
        if (!otherwise.isEmpty()) {
            throw new SettingsException("handshake.durability is fsync, and Redis has " + pairs(otherwise)
                    + ", so a write that it acknowledged can be lost: set " + pairs(wantedOf(otherwise))
                    + " on it, or start with handshake.durability=server and accept that");
        }
    }

    private String readable(String name) {
        String why;
        try {
            Optional<String> value = configured(name);
            if (value.isPresent()) {
                return value.get();
            }
            why = "it knows no " + name;
        } catch (RedisCommandExecutionException forbidden) {
            why = forbidden.getMessage();
        }
        throw new SettingsException(
                "handshake.durability is fsync, and Redis does not let its settings be read with CONFIG"
                        + " GET, as managed ones often do not (" + why
                        + "), so nobody can tell whether each write is synced: allow"
                        + " it, or ask your provider and start with handshake.durability=server");
    }

    private Optional<String> configured(String name) {
        return Optional.ofNullable(redis.sync().configGet(name).get(name));
    }

    private static Map<String, String> wantedOf(Map<String, String> settings) {
        Map<String, String> wanted = new LinkedHashMap<>(EACH_WRITE_IS_SYNCED);
        wanted.keySet().retainAll(settings.keySet());
        return wanted;
    }

    private static String pairs(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> "\"" + setting.getKey() + " " + setting.getValue() + "\"")
                .collect(Collectors.joining(", "));
    }
}
