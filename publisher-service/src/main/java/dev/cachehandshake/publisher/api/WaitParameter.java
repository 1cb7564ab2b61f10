package dev.cachehandshake.publisher.api;

import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code ?wait=}: an ISO 8601 duration such as {@code PT30S}, or seconds such as {@code 30} or {@code 30s}. */
final class WaitParameter {
    private static final Pattern SECONDS = Pattern.compile("([0-9]{1,6})s?");
    private static final int MAX_LENGTH = 40;

    private WaitParameter() {}

    /**
     * @param text null when the parameter is not there, which is no wait
     * @throws ProblemException {@link ProblemCode#INVALID_PARAMETER} when it is no duration, negative, or past the limit
     */
    static Duration read(String text, Duration limit) {
        if (text == null) {
            return Duration.ZERO;
        }
        Duration wait = parse(text, limit);
        if (wait.isNegative() || wait.compareTo(limit) > 0) {
            throw refused(text, limit);
        }
        return wait;
    }

    private static Duration parse(String text, Duration limit) {
        Matcher seconds = SECONDS.matcher(text);
        if (seconds.matches()) {
            return Duration.ofSeconds(Long.parseLong(seconds.group(1)));
        }
        if (text.length() > MAX_LENGTH) {
            throw refused(text.substring(0, MAX_LENGTH) + "…", limit);
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException notDuration) {
            throw refused(text, limit);
        }
    }

    private static ProblemException refused(String text, Duration limit) {
        return ProblemException.of(
                        ProblemCode.INVALID_PARAMETER,
                        "wait is \"" + text + "\": send a duration from PT0S to " + limit + ", such as PT30S or 30")
                .with("parameter", "wait")
                .with("value", text);
    }
}
