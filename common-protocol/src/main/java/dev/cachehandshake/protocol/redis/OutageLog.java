package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.store.StoreUnavailableException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once when the referee goes, whatever asks it meanwhile and how often, and once when it is back. A service has one, for all
 * that it asks on all connections. Thread-safe.
 *
 * <p>Answers may be handled later than they came, and connections come back one after another. So what was asked before a
 * trouble does not end it, and what was asked before its end, or fails just after it, begins no new one.
 */
public final class OutageLog {
    private static final Logger log = LoggerFactory.getLogger(OutageLog.class);
    private static final Duration SETTLES_WITHIN = Duration.ofSeconds(2);

    private enum Trouble {
        NONE,
        /** Something failed that may pass by itself, such as while connections come back one after another. */
        SETTLES,
        AWAY,
        REFUSES
    }

    private final LongSupplier nanoTime;

    /**
     * Whose answer ends the trouble; empty for anybody's. A server that is read-only, or whose memory is full, lets others
     * pass: they say nothing of what it refuses.
     */
    private final Set<String> onlyEndedBy = new HashSet<>();

    private volatile Trouble trouble = Trouble.NONE;
    private long since;
    private volatile boolean waitIsBroken;
    private long waitBrokenSince;
    private boolean everOver;
    private long overAt;
    private long settledAt;

    public OutageLog() {
        this(System::nanoTime);
    }

    OutageLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The moment, for {@code askedAt}. */
    long now() {
        return nanoTime.getAsLong();
    }

    /** @param askedAt {@link #now} when it was asked */
    void answered(String what, long askedAt) {
        if (trouble != Trouble.NONE) {
            over(what, askedAt);
        }
    }

    /** A wait that came to its end, with or without anything. */
    void waited(String what, long askedAt) {
        waitIsBroken = false;
        answered(what, askedAt);
    }

    /**
     * A wait that broke off, on a connection of its own. It is no trouble yet: if Redis is away, whatever is asked next says
     * that, and better; unless nobody can wait for longer.
     */
    synchronized void brokeOff(String what, long askedAt, StoreUnavailableException failure) {
        long now = now();
        if (!waitIsBroken) {
            waitIsBroken = true;
            waitBrokenSince = now;
        }
        if (failure.isRefused() || trouble == Trouble.AWAY || trouble == Trouble.REFUSES) {
            failed(what, askedAt, failure);
        } else if (now - waitBrokenSince >= SETTLES_WITHIN.toNanos()) {
            since = waitBrokenSince;
            onlyEndedBy.add(what);
            away(failure);
        }
    }

    /** @param askedAt {@link #now} when it was asked */
    synchronized void failed(String what, long askedAt, StoreUnavailableException failure) {
        long now = now();
        if (trouble == Trouble.NONE) {
            since = now;
        }
        if (failure.isRefused()) {
            refuses(what, failure);
        } else if (trouble == Trouble.NONE || trouble == Trouble.SETTLES) {
            if (everOver && askedAt - overAt < 0) {
                settledAt = now + SETTLES_WITHIN.toNanos();
            }
            if (everOver && now - settledAt < 0) {
                trouble = Trouble.SETTLES;
            } else {
                away(failure);
            }
        }
    }

    /** That a connection is closed here to be made anew: who asked on it says why, and what nobody can ask meanwhile is no outage. */
    synchronized void madeAnew() {
        everOver = true;
        overAt = now();
        settledAt = overAt + SETTLES_WITHIN.toNanos();
    }

    private void away(StoreUnavailableException failure) {
        trouble = Trouble.AWAY;
        log.warn("Redis does not answer, and nothing goes on until it does ({})", failure.getMessage());
    }

    private void refuses(String what, StoreUnavailableException failure) {
        onlyEndedBy.add(what);
        if (trouble != Trouble.REFUSES) {
            trouble = Trouble.REFUSES;
            log.error("Redis refuses, and what it refuses waits until it does not ({})", failure.getMessage());
        }
    }

    private synchronized void over(String what, long askedAt) {
        if (trouble == Trouble.NONE || askedAt - since < 0) {
            return;
        }
        if (!onlyEndedBy.isEmpty() && !onlyEndedBy.contains(what)) {
            return;
        }
        Trouble before = trouble;
        trouble = Trouble.NONE;
        onlyEndedBy.clear();
        if (before == Trouble.SETTLES) {
            return;
        }
        long now = now();
        log.info("Redis is back after {} ms, going on", TimeUnit.NANOSECONDS.toMillis(now - since));
        everOver = true;
        overAt = now;
        settledAt = now + SETTLES_WITHIN.toNanos();
        // Those who wait have their own connection, which may come back later.
        waitBrokenSince = now;
    }
}
