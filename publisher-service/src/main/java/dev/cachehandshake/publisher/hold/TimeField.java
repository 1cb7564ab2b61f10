package dev.cachehandshake.publisher.hold;

import dev.cachehandshake.publisher.publish.EventWalk;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** Reads a field that is an RFC 3339 time; milliseconds of it count. */
final class TimeField {
    private static final int MAX_LENGTH = 64;

    private TimeField() {}

    /** Empty when absent or refused. */
    static Optional<Instant> read(EventWalk walk, String field, String wayOut) {
        return walk.text(field, MAX_LENGTH, wayOut).flatMap(text -> {
            try {
                return Optional.of(Instant.ofEpochMilli(
                        OffsetDateTime.parse(text).toInstant().toEpochMilli()));
            } catch (DateTimeException | ArithmeticException noTime) {
                walk.refuse(field, walk.value(field).orElseThrow(), "is no RFC 3339 time", wayOut);
                return Optional.empty();
            }
        });
    }
}
