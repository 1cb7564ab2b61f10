package dev.cachehandshake.worker.report;

import java.util.Optional;

/** One log line of {@code key=value} pairs; a value with blanks, quotes or controls is quoted and escaped. */
public final class WideLine {
    private final StringBuilder text = new StringBuilder();

    public WideLine(String key, String value) {
        add(key, value);
    }

    public WideLine add(String key, Object value) {
        if (!text.isEmpty()) {
            text.append(' ');
        }
        text.append(key).append('=').append(quoted(value.toString()));
        return this;
    }

    /** A text from elsewhere, such as an answer's body, so that it stays one line. */
    public static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    }

    /** Leaves the pair out when there is no value. */
    public WideLine add(String key, Optional<String> value) {
        value.ifPresent(present -> add(key, (Object) present));
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private static String quoted(String value) {
        if (!value.isEmpty()
                && value.chars().allMatch(c -> c > ' ' && c != '"' && c != '=' && !Character.isISOControl(c))) {
            return value;
        }
        StringBuilder quoted = new StringBuilder("\"");
        value.codePoints().forEach(point -> {
            switch (point) {
                case '"', '\\' -> quoted.append('\\').appendCodePoint(point);
                case '\n' -> quoted.append("\\n");
                default -> quoted.appendCodePoint(Character.isISOControl(point) ? ' ' : point);
            }
        });
        return quoted.append('"').toString();
    }
}
