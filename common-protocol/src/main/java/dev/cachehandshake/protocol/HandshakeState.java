package dev.cachehandshake.protocol;

import java.util.Locale;

/**
 * The public state of a handshake, as others read it in {@code revalidation:{id}:status}. It only moves forward:
 * {@link #PENDING}, {@link #ACKNOWLEDGED}, then one of the terminal ones; only {@link #FAILED} for want of a callback may
 * still be lifted to {@link #COMPLETED}, by a late callback.
 */
public enum HandshakeState {
    /** Accepted by the publisher (or adopted from a foreign one) and not yet taken by the site. Set by publish. */
    PENDING,
    /** The site has said yes to a delivery; its callback is awaited. Stays through further deliveries. Set by settle. */
    ACKNOWLEDGED,
    /** Confirmed by the site: proven fresh, or unproven where no proof was asked for. Kept 24 h. Set by complete, settle, sweep. */
    COMPLETED,
    /** Given up; {@link FailureReason} says why. Kept 7 days. Set by settle, complete, sweep. */
    FAILED,
    /** A dry run that got as far as the call, which was logged and not made. Kept 24 h. Set by settle. */
    SIMULATED;

    public boolean isTerminal() {
        return this == COMPLETED || this == FAILED || this == SIMULATED;
    }

    /** The name on the wire: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException when no state has that name */
    public static HandshakeState fromWire(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
