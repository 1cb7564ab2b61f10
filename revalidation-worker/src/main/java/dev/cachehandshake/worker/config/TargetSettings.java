package dev.cachehandshake.worker.config;

import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.boot.DurationText;
import dev.cachehandshake.protocol.boot.SettingsException;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The site to call.
 *
 * @param site whose jobs it takes; default {@code default}. Also the {@code aud} of calls and the {@code iss} of callbacks
 * @param name of the target in progress and logs; default {@code nextjs}
 * @param url its origin, e.g. {@code http://localhost:3000}; the environment's NEXTJS_URL
 * @param protocol {@code batch} (default; our adapter) or {@code single} (a hand-written route)
 * @param callbackAuth {@code jwt} (default), or {@code shared-secret}: the plain CALLBACK_SECRET as the bearer will do
 * @param concurrency calls at a time; default 4 (batch) or 16 (single), 1 to 256
 * @param connectTimeout default 2 s
 * @param timeout of a whole call; default 30 s
 * @param callbackWithin how long after the answer a callback may come; default 25 s (batch: the adapter's heal budget of 20 s,
 *     and 5 s) or 30 s (single)
 * @param attempts deliveries that may fail; default 3, 1 to 100
 * @param giveUpAfter how long the target may be unreachable, or its pages unreadable, before a handshake fails; default 7 days
 */
@ConfigurationProperties("handshake.target")
public record TargetSettings(
        @DefaultValue(Job.DEFAULT_SITE) String site,
        @DefaultValue("nextjs") String name,
        URI url,
        @DefaultValue("batch") Protocol protocol,
        @DefaultValue("jwt") CallbackAuth callbackAuth,
        Integer concurrency,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("30s") Duration timeout,
        Duration callbackWithin,
        @DefaultValue("3") int attempts,
        @DefaultValue("7d") Duration giveUpAfter) {
    /** How many handshakes a call carries. */
    public enum Protocol {
        BATCH,
        SINGLE
    }

    /** What a callback must bring. */
    public enum CallbackAuth {
        JWT,
        SHARED_SECRET
    }

    private static final String ROUTE = "/api/revalidate";

    public TargetSettings {
        if (url == null
                || url.getHost() == null
                || url.getRawQuery() != null
                || url.getRawFragment() != null
                || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
            throw new SettingsException(
                    "handshake.target.url (NEXTJS_URL) is " + (url == null ? "not set" : "\"" + url + "\"")
                            + ": set it to the site's origin, such as http://localhost:3000");
        }
        if (site.isBlank() || !name.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new SettingsException("handshake.target is site=\"" + site + "\", name=\"" + name
                    + "\": the site is a text, and the name has 1 to 64 letters, digits, dashes or underscores");
        }
        boolean batch = protocol == Protocol.BATCH;
        concurrency = concurrency == null ? (batch ? 4 : 16) : concurrency;
        callbackWithin = callbackWithin == null ? Duration.ofSeconds(batch ? 25 : 30) : callbackWithin;
        if (concurrency < 1 || concurrency > 256) {
            throw new SettingsException("handshake.target.concurrency is " + concurrency + ": it is 1 to 256");
        }
        if (attempts < 1 || attempts > 100) {
            throw new SettingsException("handshake.target.attempts is " + attempts + ": it is 1 to 100");
        }
        for (Duration duration : new Duration[] {connectTimeout, timeout, callbackWithin, giveUpAfter}) {
            if (duration.toMillis() < 1) {
                throw new SettingsException("handshake.target has a duration of " + DurationText.of(duration)
                        + " (connect-timeout, timeout, callback-within or give-up-after): it is 1ms at least");
            }
        }
    }

    /** Where jobs are posted. */
    public URI route() {
        return URI.create(url.toString().replaceAll("/+$", "") + ROUTE);
    }
}
