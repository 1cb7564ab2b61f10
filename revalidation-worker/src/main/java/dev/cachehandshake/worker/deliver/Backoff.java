package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.boot.Strategy;
import dev.cachehandshake.worker.config.BackoffSettings;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Exponential backoff with full jitter: a random time up to the doubled one, so that a crowd does not come back at once. */
public final class Backoff {
    private final BackoffSettings settings;
    private final RandomGenerator random;

    public Backoff(BackoffSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
    }

    /**
     * Before the next attempt.
     *
     * @param attempts made so far, from 1
     */
    public Duration afterAttempt(Strategy strategy, int attempts) {
        return jittered(strategy.backoff().orElse(settings.first()), attempts, settings.most());
    }

    /** The same, and no sooner than the site wished, as long as that is not too long. */
    public Duration afterAttempt(Strategy strategy, int attempts, Duration wish) {
        Duration own = afterAttempt(strategy, attempts);
        Duration granted = wish.compareTo(settings.longestRetryAfter()) > 0 ? settings.longestRetryAfter() : wish;
        return own.compareTo(granted) > 0 ? own : granted.plus(own);
    }

    /**
     * Before the target is tried again after it was not reached, or could not show its pages.
     *
     * @param misses in a row so far, from 0
     */
    public Duration afterMiss(int misses) {
        return jittered(settings.first(), misses + 1, settings.unreachedMost());
    }

    /** From half of a time to one and a half, so that a crowd does not come back at once. */
    public Duration about(Duration time) {
        return time.dividedBy(2).plusMillis(random.nextLong(time.toMillis() + 1));
    }

    private Duration jittered(Duration first, int times, Duration most) {
        int doublings = Math.min(Math.max(times - 1, 0), 30);
        long ceiling = Math.min(most.toMillis(), first.toMillis() << doublings);
        return Duration.ofMillis(random.nextLong(ceiling + 1));
    }
}
