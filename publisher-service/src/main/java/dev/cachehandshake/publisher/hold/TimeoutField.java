package dev.cachehandshake.publisher.hold;

import dev.cachehandshake.publisher.config.DeploymentSettings;
import dev.cachehandshake.publisher.publish.EventWalk;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code timeout}: a duration such as {@code 15m}, or one of ISO 8601 such as {@code PT15M}. */
final class TimeoutField {
    static final String NAME = "timeout";

    private static final Pattern IN_ONE_UNIT = Pattern.compile("([0-9]{1,6})([smh])");
    private static final int MAX_LENGTH = 40;
    private static final String WAY_OUT = "send a duration of 1m to 6h, such as \"15m\"; or leave the field out";

    private TimeoutField() {}

    /** Empty when absent or refused. */
    static Optional<Duration> read(EventWalk walk) {
        return walk.text(NAME, MAX_LENGTH, WAY_OUT).flatMap(text -> {
            Optional<Duration> timeout = parse(text);
            String reason = timeout.isEmpty() ? "is no duration" : "is out of its range";
            timeout = timeout.filter(DeploymentSettings::isInRange);
            if (timeout.isEmpty()) {
                walk.refuse(NAME, walk.value(NAME).orElseThrow(), reason, WAY_OUT);
            }
            return timeout;
        });
    }

    private static Optional<Duration> parse(String text) {
        Matcher inOneUnit = IN_ONE_UNIT.matcher(text);
        try {
            return Optional.of(
                    Duration.parse(inOneUnit.matches() ? "PT" + inOneUnit.group(1) + inOneUnit.group(2) : text));
        } catch (DateTimeParseException noDuration) {
            return Optional.empty();
        }
    }
}
