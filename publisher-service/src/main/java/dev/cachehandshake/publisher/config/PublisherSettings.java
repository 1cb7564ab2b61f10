package dev.cachehandshake.publisher.config;

import dev.cachehandshake.protocol.boot.DurationText;
import dev.cachehandshake.protocol.boot.SettingsException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What the publisher is told by its environment.
 *
 * @param apiKey what callers send as {@code Authorization: Bearer …}; 16 visible ASCII characters or more; no default
 * @param sites the sites that events may name, 1 to 64 letters, digits, dots, dashes or underscores; default: {@code
 *     default}. One only, for now: all jobs lie in one queue, and a worker serves one site
 * @param bodyLimit the largest body of one request, 1 KiB to 16 MiB; default 256 KiB
 * @param queueBound accept nothing while this many handshakes are open, 1 to 100,000,000; default 500,000
 * @param waitLimit the longest {@code ?wait=} of a request, 0 s (no waiting) to 10 min; default 60 s
 */
@ConfigurationProperties("handshake")
public record PublisherSettings(
        String apiKey,
        @DefaultValue("default") List<String> sites,
        @DefaultValue("256KB") DataSize bodyLimit,
        @DefaultValue("500000") long queueBound,
        @DefaultValue("60s") Duration waitLimit) {
    public static final int MIN_API_KEY_LENGTH = 16;

    private static final Pattern SITE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final DataSize LEAST_BODY = DataSize.ofKilobytes(1);
    private static final DataSize MOST_BODY = DataSize.ofMegabytes(16);
    private static final long MOST_QUEUED = 100_000_000;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    /** @throws SettingsException when the service cannot start with these; the message never holds the key */
    public PublisherSettings {
        checkApiKey(apiKey);
        sites = List.copyOf(sites);
        if (sites.isEmpty()) {
            throw new SettingsException("HANDSHAKE_SITES (handshake.sites) is empty: name at least one site");
        }
        if (sites.size() > 1) {
            throw new SettingsException("HANDSHAKE_SITES (handshake.sites) names " + sites.size() + " sites, "
                    + String.join(", ", sites)
                    + ": a worker serves one, so give each site a Redis and a publisher of its"
                    + " own for now");
        }
        for (String site : sites) {
            if (!SITE.matcher(site).matches()) {
                throw new SettingsException("HANDSHAKE_SITES (handshake.sites) holds \"" + site
                        + "\": a site's name has 1 to 64 letters, digits, dots, dashes or underscores");
            }
        }
        if (bodyLimit.compareTo(LEAST_BODY) < 0 || bodyLimit.compareTo(MOST_BODY) > 0) {
            throw new SettingsException("HANDSHAKE_BODY_LIMIT (handshake.body-limit) is " + bodyLimit
                    + ": choose something from 1KB to 16MB, such as 256KB");
        }
        if (queueBound < 1 || queueBound > MOST_QUEUED) {
            throw new SettingsException("HANDSHAKE_QUEUE_BOUND (handshake.queue-bound) is " + queueBound
                    + ": choose something from 1 to " + MOST_QUEUED);
        }
        if (waitLimit.isNegative() || waitLimit.compareTo(LONGEST_WAIT) > 0) {
            throw new SettingsException("HANDSHAKE_WAIT_LIMIT (handshake.wait-limit) is " + DurationText.of(waitLimit)
                    + ": choose something from 0s to 10m, such as 60s");
        }
    }

    private static void checkApiKey(String apiKey) {
        String wayOut = ": make one with `openssl rand -hex 32`";
        if (apiKey == null || apiKey.isEmpty()) {
            throw new SettingsException("HANDSHAKE_API_KEY (handshake.api-key) is not set" + wayOut);
        }
        if (apiKey.length() < MIN_API_KEY_LENGTH) {
            throw new SettingsException("HANDSHAKE_API_KEY (handshake.api-key) has " + apiKey.length()
                    + " characters and needs " + MIN_API_KEY_LENGTH + wayOut);
        }
        if (!apiKey.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new SettingsException("HANDSHAKE_API_KEY (handshake.api-key) holds a space, a line break or another"
                    + " character that a header cannot carry" + wayOut);
        }
    }

    @Override
    public String toString() {
        return "PublisherSettings[apiKey=***, sites=" + sites + ", bodyLimit=" + bodyLimit + ", queueBound="
                + queueBound + ", waitLimit=" + waitLimit + "]";
    }
}
