package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.RevalidationId;
import java.util.Optional;

/** Every key of Cache Handshake. Scripts get them from here too, so that a hash tag for Redis Cluster can be put in at one place. */
public final class RedisKeys {
    /** The intake, and the list of the normal class: one JSON job an element, pushed right. */
    public static final String QUEUE = "revalidation:queue";
    /** What was rescued or handed back; served before the queue. */
    public static final String RETURNS = "revalidation:queue:returns";
    /** Ids whose element lies in {@link #QUEUE}, scored by its sequence. */
    public static final String QUEUED_NORMAL = "revalidation:queued:normal";
    /** Ids whose element lies in {@link #RETURNS}, scored by its sequence. */
    public static final String QUEUED_RETURNS = "revalidation:queued:returns";
    /** Ids scored by the moment (ms) at which the referee must look again. */
    public static final String DEADLINES = "revalidation:deadlines";
    /** The sequence of elements, one a Redis. */
    public static final String SEQUENCE = "revalidation:sequence";
    /** Counts by state, and of poison. */
    public static final String TALLY = "revalidation:tally";
    /** The last 1,000 elements that were no jobs. */
    public static final String POISON = "revalidation:poison";
    /** Ids of handshakes that have failed, scored by the moment (ms) at which they did. */
    public static final String FAILED = "revalidation:failed";
    /** The channel on which the id of each ended handshake is said. */
    public static final String ENDINGS = "revalidation:endings";

    private static final String QUEUED_PREFIX = "revalidation:queued:";
    private static final String PARKED_PATTERN = "revalidation:parked:%s";
    private static final String UNQUIET_PATTERN = "revalidation:unquiet:%s";
    private static final String STATUS_PATTERN = "revalidation:%s:status";
    private static final String MARKER_PATTERN = "revalidation:complete:%s";
    private static final String ENTRY_PATTERN = "revalidation:entry:%s";

    private static final String CHANGES_PATTERN = "revalidation:changes:%s";
    private static final String REPLICAS_PATTERN = "revalidation:replicas:%s";
    private static final String HOLDS_PATTERN = "revalidation:holds:%s";
    private static final String HOLD_PATTERN = "revalidation:hold:%s:%s";
    private static final String DEPLOYMENTS_PATTERN = "revalidation:deployments:%s";

    private static final String CIRCUIT_OPEN_PATTERN = "circuit:open:%s";
    private static final String CIRCUIT_FAILURES_PATTERN = "circuit:failures:%s";
    private static final String CIRCUIT_PROBE_PATTERN = "circuit:probe:%s";
    private static final String CIRCUIT_REASON_PATTERN = "circuit:reason:%s";

    private RedisKeys() {}

    /** The handshake's hash. */
    public static String status(RevalidationId id) {
        return STATUS_PATTERN.formatted(id.key());
    }

    /** The same by the bare text of an id, also where it is none that would be accepted. */
    public static String status(String id) {
        return STATUS_PATTERN.formatted(id);
    }

    /** The id of the handshake whose hash has that key; empty when no hash of a handshake has. */
    public static Optional<String> idOfStatus(String key) {
        return textIn(STATUS_PATTERN, key);
    }

    /** What a key has in the place of the pattern's {@code %s}; empty when it does not match, or has nothing there. */
    static Optional<String> textIn(String pattern, String key) {
        int at = pattern.indexOf("%s");
        if (at < 0) {
            return Optional.empty();
        }
        String suffix = pattern.substring(at + 2);
        return key.length() > at + suffix.length() && key.startsWith(pattern.substring(0, at)) && key.endsWith(suffix)
                ? Optional.of(key.substring(at, key.length() - suffix.length()))
                : Optional.empty();
    }

    /** The marker that a site with access to Redis may set instead of calling back. */
    public static String marker(RevalidationId id) {
        return MARKER_PATTERN.formatted(id.value());
    }

    /** What has changed on a site: pages, tags and foreign jobs, scored by the moment (ms) of the last change. */
    static String changes(String site) {
        return CHANGES_PATTERN.formatted(site);
    }

    /** The replicas of a site that said hello, scored by the moment (ms) until which that counts. */
    static String replicas(String site) {
        return REPLICAS_PATTERN.formatted(site);
    }

    /** What holds a site: {@code pause} or {@code deployment:{id}}, scored by the moment (ms) until which it does. */
    public static String holds(String site) {
        return HOLDS_PATTERN.formatted(site);
    }

    /** The details of one of {@link #holds}, by its member there. */
    static String hold(String site, String member) {
        return HOLD_PATTERN.formatted(site, member);
    }

    /** The latest deployments of a site, scored by the moment (ms) at which each was first heard of. */
    static String deployments(String site) {
        return DEPLOYMENTS_PATTERN.formatted(site);
    }

    /** The handshakes of one entry that came with opaque versions, scored by sequence. */
    static String entry(String entry) {
        return ENTRY_PATTERN.formatted(entry);
    }

    /** The list of a class. */
    public static String queue(DeliveryClass of) {
        return of == DeliveryClass.NORMAL ? QUEUE : QUEUE + ":" + of.wireName();
    }

    /** What was rescued or handed back of a class; served before its queue. */
    public static String returns(DeliveryClass of) {
        return of == DeliveryClass.NORMAL ? RETURNS : queue(of) + ":returns";
    }

    /** Ids whose element lies in the {@link #queue} of a class, scored by its sequence. */
    public static String queued(DeliveryClass of) {
        return QUEUED_PREFIX + of.wireName();
    }

    /** Ids whose element lies in the {@link #returns} of a class, scored by its sequence. */
    public static String queuedReturns(DeliveryClass of) {
        return of == DeliveryClass.NORMAL ? QUEUED_RETURNS : queued(of) + "-returns";
    }

    /** By what name the breaker of a target goes in its keys: that of the target, and with its site's before it where that is not the default one. */
    public static String circuit(String site, String target) {
        return site.equals(Job.DEFAULT_SITE) ? target : site + ":" + target;
    }

    /** There while a breaker is open: {@code failures}, or {@code forced} when an operator has opened it. */
    public static String circuitOpen(String circuit) {
        return CIRCUIT_OPEN_PATTERN.formatted(circuit);
    }

    /** Calls in a row that failed. */
    public static String circuitFailures(String circuit) {
        return CIRCUIT_FAILURES_PATTERN.formatted(circuit);
    }

    /** There while the call that finds out whether the target is back is somebody's. */
    public static String circuitProbe(String circuit) {
        return CIRCUIT_PROBE_PATTERN.formatted(circuit);
    }

    /** Why a breaker is open; as long as it is. */
    static String circuitReason(String circuit) {
        return CIRCUIT_REASON_PATTERN.formatted(circuit);
    }

    static String[] forScripts() {
        return new String[] {
            QUEUE,
            RETURNS,
            QUEUED_NORMAL,
            QUEUED_RETURNS,
            DEADLINES,
            SEQUENCE,
            TALLY,
            POISON,
            FAILED,
            queue(DeliveryClass.URGENT),
            returns(DeliveryClass.URGENT),
            queued(DeliveryClass.URGENT),
            queuedReturns(DeliveryClass.URGENT),
            queue(DeliveryClass.LOW),
            returns(DeliveryClass.LOW),
            queued(DeliveryClass.LOW),
            queuedReturns(DeliveryClass.LOW)
        };
    }

    /** What the names of the breakers of a site's targets begin with. */
    static String circuitPrefix(String site) {
        return site.equals(Job.DEFAULT_SITE) ? "" : site + ":";
    }

    /** What the keys of the legs begin with that wait for the breaker of a target to close. */
    static String parkedPrefix(String site) {
        return PARKED_PATTERN.formatted(circuitPrefix(site));
    }

    /** Those of a page that wait for it to be quiet, scored by sequence. */
    static String unquiet(String site, DeliveryClass of, String path) {
        return UNQUIET_PATTERN.formatted(site + ":" + of.wireName() + ":" + path);
    }

    static String parkedPattern() {
        return PARKED_PATTERN;
    }

    static String unquietPattern() {
        return UNQUIET_PATTERN;
    }

    /** Where {@code %s} stands for the id. */
    public static String statusPattern() {
        return STATUS_PATTERN;
    }

    static String markerPattern() {
        return MARKER_PATTERN;
    }

    static String changesPattern() {
        return CHANGES_PATTERN;
    }

    static String replicasPattern() {
        return REPLICAS_PATTERN;
    }

    static String holdsPattern() {
        return HOLDS_PATTERN;
    }

    /** Where the first {@code %s} stands for the site, and the second for the member. */
    static String holdPattern() {
        return HOLD_PATTERN;
    }

    static String deploymentsPattern() {
        return DEPLOYMENTS_PATTERN;
    }

    static String entryPattern() {
        return ENTRY_PATTERN;
    }

    /** Where {@code %s} stands for {@link #circuit}, here and in the next three. */
    static String circuitOpenPattern() {
        return CIRCUIT_OPEN_PATTERN;
    }

    static String circuitFailuresPattern() {
        return CIRCUIT_FAILURES_PATTERN;
    }

    static String circuitProbePattern() {
        return CIRCUIT_PROBE_PATTERN;
    }

    static String circuitReasonPattern() {
        return CIRCUIT_REASON_PATTERN;
    }
}
