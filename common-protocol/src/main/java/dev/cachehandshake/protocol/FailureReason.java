package dev.cachehandshake.protocol;

import java.util.Arrays;

/** Why a handshake ended {@link HandshakeState#FAILED}. */
public enum FailureReason {
    /** The last attempt failed too: time-outs, 5xx, or an answer that was no answer. */
    EXHAUSTED("exhausted"),
    /** The site said no to this handshake, in a way that a further attempt would not change. */
    REJECTED("rejected"),
    /** Each delivery was accepted and none was confirmed in time. A late callback still lifts it to completed. */
    NO_CALLBACK("no-callback"),
    /** The site called back that its pages do not carry the version, after the last attempt. */
    STALE("stale"),
    /** Five workers lost their lease while they held it. */
    CRASH_LOOP("crash-loop"),
    /** The target could not be reached for seven days. */
    UNREACHABLE("unreachable"),
    /** A page that the change touches could not be read for seven days: a server's error, or no answer. */
    UNREADABLE("unreadable");

    private final String wireName;

    FailureReason(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    /** @throws IllegalArgumentException when there is no such reason */
    public static FailureReason fromWire(String name) {
        return Arrays.stream(values())
                .filter(reason -> reason.wireName.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no failure reason is called " + name));
    }
}
