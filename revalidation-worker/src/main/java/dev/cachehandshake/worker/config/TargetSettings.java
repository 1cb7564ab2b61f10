package dev.cachehandshake.worker.config;

import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.boot.DurationText;
import dev.cachehandshake.protocol.boot.SettingsException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The site to call: one target, or several that each have to prove what changed.
 *
 * @param site whose jobs it takes; default {@code default}. Also the {@code aud} of calls and the {@code iss} of callbacks
 * @param name of the target in progress and logs, where there is one; default {@code nextjs}. Several are named by host and port
 * @param url its origin, e.g. {@code http://localhost:3000}, or those of all its replicas; the environment's NEXTJS_URL
 * @param resolve whether each address that the url's host has in DNS is a target; default no
 * @param invalidate {@code all} (default): each target makes its own pages anew; {@code one}: they share a cache, so one of them
 *     does, and the others read
 * @param protocol {@code batch} (default; our adapter) or {@code single} (a hand-written route)
 * @param callbackAuth {@code jwt} (default), or {@code shared-secret}: the plain CALLBACK_SECRET as the bearer will do
 * @param connectTimeout default 2 s
 * @param callbackWithin how long after the answer a callback may come; default 25 s (batch: the adapter's heal budget of 20 s,
 *     and 5 s) or 30 s (single)
 * @param giveUpAfter how long the target may be unreachable, or its pages unreadable, before a handshake fails; default 7 days
 */
@ConfigurationProperties("handshake.target")
public record TargetSettings(
        @DefaultValue(Job.DEFAULT_SITE) String site,
        @DefaultValue("nextjs") String name,
        List<URI> url,
        @DefaultValue("false") boolean resolve,
        @DefaultValue("all") Invalidate invalidate,
        @DefaultValue("batch") Protocol protocol,
        @DefaultValue("jwt") CallbackAuth callbackAuth,
        @DefaultValue("2s") Duration connectTimeout,
        Duration callbackWithin,
        @DefaultValue("7d") Duration giveUpAfter) {
    /** How many handshakes a call carries. */
    public enum Protocol {
        BATCH,
        SINGLE
    }

    /** Which targets make pages anew. */
    public enum Invalidate {
        ALL,
        ONE
    }

    /** What a callback must bring. */
    public enum CallbackAuth {
        JWT,
        SHARED_SECRET
    }

    public TargetSettings {
        if (url != null && url.stream().anyMatch(Objects::isNull)) {
            throw new SettingsException(
                    "handshake.target.url (NEXTJS_URL) has an empty entry: take the comma too many away");
        }
        url = url == null ? List.of() : List.copyOf(url);
        if (url.isEmpty()) {
            throw new SettingsException(
                    "handshake.target.url (NEXTJS_URL) is not set: set it to the site's origin, such as"
                            + " http://localhost:3000, or to those of all its replicas, with commas between them");
        }
        for (URI one : url) {
            if (one.getHost() == null
                    || one.getRawUserInfo() != null
                    || one.getRawQuery() != null
                    || one.getRawFragment() != null
                    || !("http".equals(one.getScheme()) || "https".equals(one.getScheme()))) {
                throw new SettingsException("handshake.target.url (NEXTJS_URL) is \"" + one
                        + "\": set it to the site's origin, such as http://localhost:3000"
                        + (one.getHost() == null ? " (a host's name has letters, digits, dots and dashes)" : ""));
            }
        }
        if (url.stream().map(TargetSettings::hostAndPort).distinct().count() < url.size()) {
            throw new SettingsException("handshake.target.url (NEXTJS_URL) is \"" + inWords(url)
                    + "\": each host and port is named once, for that is how targets are told apart");
        }
        if (protocol == Protocol.SINGLE && (url.size() > 1 || resolve)) {
            throw new SettingsException("handshake.target.protocol is single, and "
                    + (resolve ? "handshake.target.resolve is true" : "handshake.target.url names " + url.size())
                    + ": a hand-written route's callback names no target, so it can have one only; several need batch");
        }
        if (resolve && url.size() > 1) {
            throw new SettingsException("handshake.target.resolve is true, and handshake.target.url (NEXTJS_URL) is \""
                    + inWords(url) + "\": it takes one url, whose host's addresses are the targets");
        }
        if (resolve && !"http".equals(url.getFirst().getScheme())) {
            throw new SettingsException("handshake.target.resolve is true, and handshake.target.url (NEXTJS_URL) is \""
                    + url.getFirst() + "\": it takes an http url, for no certificate is made out to an address");
        }
        if (site.isBlank() || !name.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new SettingsException("handshake.target is site=\"" + site + "\", name=\"" + name
                    + "\": the site is a text, and the name has 1 to 64 letters, digits, dashes or underscores");
        }
        boolean batch = protocol == Protocol.BATCH;
        callbackWithin = callbackWithin == null ? Duration.ofSeconds(batch ? 25 : 30) : callbackWithin;
        for (Duration duration : new Duration[] {connectTimeout, callbackWithin, giveUpAfter}) {
            if (duration.toMillis() < 1) {
                throw new SettingsException("handshake.target has a duration of " + DurationText.of(duration)
                        + " (connect-timeout, callback-within or give-up-after): it is 1ms at least");
            }
        }
    }

    /** By which a target of several is named: in small letters, and with the port that the scheme has by itself. */
    public static String hostAndPort(URI url) {
        int port = url.getPort() >= 0 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80;
        return url.getHost().toLowerCase(Locale.ROOT) + ":" + port;
    }

    private static String inWords(List<URI> urls) {
        return urls.stream().map(URI::toString).collect(Collectors.joining(","));
    }
}
