package dev.cachehandshake.publisher.api;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** Times as callers see them: RFC 3339 in UTC, with milliseconds. */
final class TimeText {
    private static final DateTimeFormatter RFC_3339 =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private TimeText() {}

    static String of(Instant time) {
        return RFC_3339.format(time);
    }
}
