package dev.cachehandshake.protocol.boot;

import java.time.Duration;

/** Durations as settings and docs write them: {@code 500ms}, {@code 34s}, {@code 1m}, {@code 24h}, {@code 7d}. */
public final class DurationText {
    private DurationText() {}

    /** In the largest unit that needs no fraction; a day is shown as {@code 24h}, and only several of them in days. */
    public static String of(Duration duration) {
        if (duration.toNanosPart() % 1_000_000 != 0) {
            return duration.toNanos() + "ns";
        }
        if (duration.toNanosPart() != 0) {
            return duration.toMillis() + "ms";
        }
        long seconds = duration.toSeconds();
        if (seconds == 0 || seconds % 60 != 0) {
            return seconds + "s";
        }
        if (seconds % 3_600 != 0) {
            return seconds / 60 + "m";
        }
        long hours = seconds / 3_600;
        return hours % 24 == 0 && Math.abs(hours) > 24 ? hours / 24 + "d" : hours + "h";
    }
}
