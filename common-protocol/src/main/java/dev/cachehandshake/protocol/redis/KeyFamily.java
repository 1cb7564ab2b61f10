package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.DeliveryClass;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the keys of Cache Handshake are: who finds one of another name under its prefixes has found a stranger's. Names alone
 * would not do, for an id may hold colons too, so the type counts as well.
 */
public enum KeyFamily {
    QUEUE(RedisKeys.QUEUE, "list", Life.ENDLESS),
    RETURNS(RedisKeys.RETURNS, "list", Life.ENDLESS),
    QUEUED_NORMAL(RedisKeys.QUEUED_NORMAL, "zset", Life.ENDLESS),
    QUEUED_RETURNS(RedisKeys.QUEUED_RETURNS, "zset", Life.ENDLESS),
    QUEUE_URGENT(RedisKeys.queue(DeliveryClass.URGENT), "list", Life.ENDLESS),
    RETURNS_URGENT(RedisKeys.returns(DeliveryClass.URGENT), "list", Life.ENDLESS),
    QUEUED_URGENT(RedisKeys.queued(DeliveryClass.URGENT), "zset", Life.ENDLESS),
    QUEUED_URGENT_RETURNS(RedisKeys.queuedReturns(DeliveryClass.URGENT), "zset", Life.ENDLESS),
    QUEUE_LOW(RedisKeys.queue(DeliveryClass.LOW), "list", Life.ENDLESS),
    RETURNS_LOW(RedisKeys.returns(DeliveryClass.LOW), "list", Life.ENDLESS),
    QUEUED_LOW(RedisKeys.queued(DeliveryClass.LOW), "zset", Life.ENDLESS),
    QUEUED_LOW_RETURNS(RedisKeys.queuedReturns(DeliveryClass.LOW), "zset", Life.ENDLESS),
    DEADLINES(RedisKeys.DEADLINES, "zset", Life.ENDLESS),
    SEQUENCE(RedisKeys.SEQUENCE, "string", Life.ENDLESS),
    TALLY(RedisKeys.TALLY, "hash", Life.ENDLESS),
    POISON(RedisKeys.POISON, "list", Life.ENDLESS),
    FAILED(RedisKeys.FAILED, "zset", Life.LIMITED),
    /** Endless while the handshake is open, limited from its end on. */
    STATUS(RedisKeys.statusPattern(), "hash", Life.EITHER),
    MARKER(RedisKeys.markerPattern(), "string", Life.LIMITED),
    ENTRY(RedisKeys.entryPattern(), "zset", Life.LIMITED),
    CHANGES(RedisKeys.changesPattern(), "zset", Life.LIMITED),
    REPLICAS(RedisKeys.replicasPattern(), "zset", Life.LIMITED),
    PARKED(RedisKeys.parkedPattern(), "set", Life.LIMITED),
    UNQUIET(RedisKeys.unquietPattern(), "zset", Life.LIMITED),
    HOLDS(RedisKeys.holdsPattern(), "zset", Life.ENDLESS),
    /** Endless while it holds its site, limited from its end on. */
    HOLD("revalidation:hold:%s", "hash", Life.EITHER),
    DEPLOYMENTS(RedisKeys.deploymentsPattern(), "zset", Life.LIMITED),
    /** Endless where an operator has opened a breaker without an end. */
    CIRCUIT_OPEN(RedisKeys.circuitOpenPattern(), "string", Life.EITHER),
    CIRCUIT_FAILURES(RedisKeys.circuitFailuresPattern(), "string", Life.LIMITED),
    CIRCUIT_PROBE(RedisKeys.circuitProbePattern(), "string", Life.LIMITED),
    /** As {@link #CIRCUIT_OPEN}. */
    CIRCUIT_REASON(RedisKeys.circuitReasonPattern(), "string", Life.EITHER);

    private static final List<String> PATTERNS = List.of("revalidation:*", "circuit:*");

    private enum Life {
        ENDLESS,
        LIMITED,
        EITHER
    }

    private final String pattern;
    private final String type;
    private final Life life;

    KeyFamily(String pattern, String type, Life life) {
        this.pattern = pattern;
        this.type = type;
        this.life = life;
    }

    /** What every key of ours matches, as SCAN takes it, and little else. */
    public static List<String> patterns() {
        return PATTERNS;
    }

    /** @param type as TYPE says it; empty when nobody owns a key of that name and type */
    public static Optional<KeyFamily> of(String key, String type) {
        return Arrays.stream(values())
                .filter(family -> family.type.equals(type))
                .filter(family -> family.pattern.equals(key)
                        || RedisKeys.textIn(family.pattern, key).isPresent())
                .findFirst();
    }

    /** Whether each key of the family has to have a time to live. */
    public boolean isLimited() {
        return life == Life.LIMITED;
    }

    /** Whether a key of the family must never have one. */
    public boolean isEndless() {
        return life == Life.ENDLESS;
    }
}
