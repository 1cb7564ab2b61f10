package dev.cachehandshake.publisher.publish;

import java.util.Locale;

/** What became of an event or a replay: the tag {@code outcome} of {@link PublisherMetric#EVENTS} and {@link PublisherMetric#REPLAYS}. */
public enum EventOutcome {
    /** A new handshake; answered 202. */
    ACCEPTED,
    /** Sent before, with the same id and content; answered 200. */
    DUPLICATE,
    /** Its id stands for other content; answered 409. */
    CONFLICT,
    /** It cannot be read or taken as it is; answered 400, 413 or 415; a replay also 404 or 409, when there is nothing to replay. */
    REFUSED,
    /** Too many jobs wait; answered 429. */
    FULL;

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
