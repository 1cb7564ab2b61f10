package dev.cachehandshake.publisher.hold;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.publisher.publish.EventWalk;
import dev.cachehandshake.publisher.publish.ReadUpdate;
import dev.cachehandshake.publisher.publish.UnknownField;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Reads a pause, or says everything that is wrong with it at once. Thread-safe; writes nothing. */
@Component
public final class PauseReader {
    private static final String REASON = "reason";
    private static final String UNTIL = "until";

    /** The names on the wire. */
    public static final List<String> FIELDS = List.of(REASON, UNTIL);

    private static final int LONGEST_REASON = 500;
    private static final Instant NEVER = Instant.parse("+10000-01-01T00:00:00Z");
    private static final String REASON_WAY_OUT =
            "send why, for whoever wonders later, such as \"the CMS moves to another server\"";
    private static final String UNTIL_WAY_OUT =
            "send a time to come, such as \"2026-01-31T12:00:00Z\"; without the field the site is held until it is resumed";

    private final Clock clock;

    PauseReader(Clock clock) {
        this.clock = clock;
    }

    public ReadPause read(ObjectNode body) {
        EventWalk walk = new EventWalk(body);
        if (walk.value(REASON).isEmpty()) {
            walk.missing(REASON, REASON_WAY_OUT);
        }
        Optional<String> reason = walk.text(REASON, LONGEST_REASON, REASON_WAY_OUT);
        Optional<Instant> until = TimeField.read(walk, UNTIL, UNTIL_WAY_OUT);
        until.filter(time -> !time.isAfter(clock.instant()))
                .ifPresent(past -> walk.refuse(UNTIL, walk.value(UNTIL).orElseThrow(), "has passed", UNTIL_WAY_OUT));
        until.filter(time -> !time.isBefore(NEVER))
                .ifPresent(far ->
                        walk.refuse(UNTIL, walk.value(UNTIL).orElseThrow(), "is after the year 9999", UNTIL_WAY_OUT));
        List<UnknownField> unknown = UnknownField.in(body, FIELDS);
        if (reason.isEmpty() || !unknown.isEmpty() || !walk.problems().isEmpty()) {
            return new ReadPause.NotUnderstood(new ReadUpdate.NotUnderstood(unknown, walk.problems()));
        }
        return new ReadPause.Understood(reason.get(), until);
    }
}
