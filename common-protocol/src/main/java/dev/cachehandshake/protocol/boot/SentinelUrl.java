package dev.cachehandshake.protocol.boot;

import io.lettuce.core.RedisURI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code redis-sentinel://user:password@host1:26379,host2:26379/0#master}, which Lettuce knows and Spring Boot does not. User
 * and password are those of the Redis servers; {@code rediss-sentinel} speaks TLS.
 */
final class SentinelUrl {
    static final String NO_SENTINEL_URL =
            "REDIS_URL is no URL of Sentinels: it looks like redis-sentinel://user:password@host1:26379,host2:26379/0#master,"
                    + " where master is the name that the Sentinels have for it, and with other characters than letters and"
                    + " digits in the password percent-encoded";

    private static final Pattern SCHEME = Pattern.compile("^redis(s?)-sentinel://(?:([^@/?#]*)@)?.*");

    private final RedisURI uri;
    private final String redisScheme;
    private final Optional<String> credentials;

    private SentinelUrl(RedisURI uri, String redisScheme, Optional<String> credentials) {
        this.uri = uri;
        this.redisScheme = redisScheme;
        this.credentials = credentials;
    }

    /**
     * @return empty when it is an address of another kind
     * @throws SettingsException when it cannot be right; the message never holds the URL, for that may hold a password
     */
    static Optional<SentinelUrl> in(String url) {
        Matcher scheme = SCHEME.matcher(url);
        if (!scheme.matches()) {
            return Optional.empty();
        }
        RedisURI uri = parsed(url);
        if (uri.getSentinels().isEmpty()
                || uri.getSentinelMasterId() == null
                || uri.getSentinelMasterId().isBlank()) {
            throw new SettingsException(NO_SENTINEL_URL);
        }
        return Optional.of(
                new SentinelUrl(uri, "redis" + scheme.group(1) + "://", Optional.ofNullable(scheme.group(2))));
    }

    /** Boot takes user, password and database from the URL of a single Redis also where it asks Sentinels for its host. */
    Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put(
                "spring.data.redis.url",
                redisScheme + credentials.map(known -> known + "@").orElse("") + "asked-from-sentinels:6379/"
                        + uri.getDatabase());
        settings.put("spring.data.redis.sentinel.master", uri.getSentinelMasterId());
        settings.put(
                "spring.data.redis.sentinel.nodes",
                uri.getSentinels().stream()
                        .map(sentinel -> sentinel.getHost() + ":" + sentinel.getPort())
                        .collect(Collectors.joining(",")));
        return settings;
    }

    private static RedisURI parsed(String url) {
        try {
            return RedisURI.create(url);
        } catch (IllegalArgumentException notUrl) {
            throw new SettingsException(NO_SENTINEL_URL);
        }
    }
}
