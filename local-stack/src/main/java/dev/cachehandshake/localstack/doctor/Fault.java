package dev.cachehandshake.localstack.doctor;

import dev.cachehandshake.protocol.redis.RedisKeys;
import java.util.Optional;

/** What can be wrong, the worst first, and what to do about it. */
public enum Fault {
    LOST(
            "open, and in no index: nobody will look at it again",
            "Put each where the workers look, and it is delivered within seconds:",
            "redis-cli ZADD " + RedisKeys.DEADLINES + " 1 %s"),
    FOREIGN_LOST(
            "written by a foreign publisher, in no list, and never claimed: its job was never pushed, or a worker died between"
                    + " BLPOP and claim",
            "Let its publisher push the job once more under a new id, and forget the old one:",
            "redis-cli DEL %k"),
    HASHLESS(
            "in an index, and its hash is gone: somebody deleted it or let it expire, and with it what was to be delivered",
            "Publish the change again, and find out who deletes. The entry goes by itself once its moment has come.",
            ""),
    OVERDUE(
            "due for more than a minute, and nobody has looked",
            "See whether a worker runs at all, and reaches this Redis: its log, and its /actuator/health/readiness.",
            ""),
    EXPIRING(
            "open, and its hash is about to expire: then it is lost",
            "Take the expiry away, and find out who sets it:",
            "redis-cli PERSIST %k"),
    EXPIRING_KEY(
            "a key of the referee that has to stay, and is about to expire",
            "Take the expiry away, and find out who sets it:",
            "redis-cli PERSIST %s"),
    MISPLACED(
            "in two indexes, or in one that does not fit its phase",
            "Nothing for now: its next step puts that right. What is still here in an hour is worth a report, with all that its"
                    + " hash says:",
            "redis-cli HGETALL %k"),
    UNLISTED(
            "failed, and not in the list of what has failed",
            "It can be replayed by its id all the same. To list it again:",
            "redis-cli ZADD " + RedisKeys.FAILED + " $(redis-cli HGET %k finished_at_ms) %s"),
    ENDLESS(
            "ended, and kept for ever: somebody took its time to live away",
            "Give it one, here a day:",
            "redis-cli EXPIRE %k 86400"),
    ENDLESS_KEY(
            "a key that should end by itself, and has no time to live",
            "Give it one, here a day, and find out who writes it so:",
            "redis-cli EXPIRE %s 86400"),
    OWNERLESS(
            "a key under our prefixes that no part of Cache Handshake writes",
            "Find out who does. What nobody wants any more can go:",
            "redis-cli DEL %s"),
    MISCOUNTED(
            "a count that does not fit what there is, and with it the metric handshake_handshakes; nothing is lost by that",
            "Deleted hashes do this. While no publisher and no worker runs, set it right:",
            "redis-cli HINCRBY " + RedisKeys.TALLY + " %s");

    private final String title;
    private final String advice;
    private final String command;

    Fault(String title, String advice, String command) {
        this.title = title;
        this.advice = advice;
        this.command = command;
    }

    /** What is wrong, said of one. */
    String title() {
        return title;
    }

    /** What to do about it; where there is a command for it, it ends in a colon. */
    String advice() {
        return advice;
    }

    /** What to paste into a shell for one of them; empty when no command helps. */
    Optional<String> command(String subject) {
        return Optional.of(command)
                .filter(text -> !text.isEmpty())
                .map(text -> text.replace("%s", this == MISCOUNTED ? subject : ShownText.quoted(subject))
                        .replace("%k", ShownText.quoted(RedisKeys.status(subject))));
    }
}
