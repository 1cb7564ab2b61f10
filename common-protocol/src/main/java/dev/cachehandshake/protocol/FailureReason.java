package dev.cachehandshake.protocol;

import java.util.Arrays;

/** Why a handshake ended {@link HandshakeState#FAILED}. */
public enum FailureReason {
    /** The last attempt failed too: time-outs, 5xx, or an answer that was no answer. */
    EXHAUSTED(
            "exhausted",
            "Look at how the target answers to calls of its revalidation route, in last_error and in its own log, mend that, and replay the handshake."),
    /** The site said no to this handshake, in a way that a further attempt would not change. */
    REJECTED(
            "rejected",
            "Look at what the site objects to, in last_error and in its own log, mend the event or the site, and replay the handshake, or post the change anew."),
    /** Each delivery was accepted and none was confirmed in time. A late callback still lifts it to completed. */
    NO_CALLBACK(
            "no-callback",
            "Look whether the site can reach the callback address of the worker and signs with the same CALLBACK_SECRET, and replay the handshake."),
    /** The site called back that its pages do not carry the version, after the last attempt. */
    STALE(
            "stale",
            "Look whether the page that last_error names is made from the CMS's latest content, and not from a cache between them, and replay the handshake."),
    /** Five workers lost their lease while they held it. */
    CRASH_LOOP(
            "crash-loop",
            "Look in the logs of the workers for why they ended or hung while they held it, such as want of memory, and replay the handshake alone."),
    /** The target could not be reached for seven days. */
    UNREACHABLE(
            "unreachable",
            "Look whether the target runs, and whether its address, its route and REVALIDATION_SECRET are right, and replay the handshake."),
    /** A page that the change touches could not be read for seven days: a server's error, or no answer. */
    UNREADABLE(
            "unreadable",
            "Look why the page that last_error names cannot be read, for instance by opening it in a browser, and replay the handshake.");

    private final String wireName;
    private final String advice;

    FailureReason(String wireName, String advice) {
        this.wireName = wireName;
        this.advice = advice;
    }

    public String wireName() {
        return wireName;
    }

    /** One sentence for whoever is to do something about it: what to look at, and that it can be replayed then. */
    public String advice() {
        return advice;
    }

    /** @throws IllegalArgumentException when there is no such reason */
    public static FailureReason fromWire(String name) {
        return Arrays.stream(values())
                .filter(reason -> reason.wireName.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no failure reason is called " + name));
    }
}
