package dev.cachehandshake.localstack.doctor;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/** What Redis holds and clocks say, for a terminal. */
final class ShownText {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._~:/@%+=-]+");
    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB"};

    private ShownText() {}

    /** @param bytes read as ISO 8859-1; control characters are not let through to the terminal */
    static String of(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                .replace("\u001F", " at ")
                .replaceAll("\\p{Cntrl}", "\uFFFD");
    }

    /** As one word of a shell. */
    static String quoted(String bytes) {
        if (bytes.chars().anyMatch(Character::isISOControl)) {
            StringBuilder escaped = new StringBuilder("$'");
            for (byte one : bytes.getBytes(StandardCharsets.ISO_8859_1)) {
                boolean plain = one >= ' ' && one < 127 && one != '\'' && one != '\\';
                escaped.append(plain ? Character.toString(one) : "\\x%02x".formatted(one & 0xff));
            }
            return escaped.append('\'').toString();
        }
        String text = of(bytes);
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    static String bytes(double count) {
        double left = count;
        int unit = 0;
        while (left >= 1024 && unit < UNITS.length - 1) {
            left /= 1024;
            unit++;
        }
        return String.format(
                java.util.Locale.ROOT, unit == 0 || left >= 100 ? "%.0f %s" : "%.1f %s", left, UNITS[unit]);
    }

    static String time(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** In its two largest units: {@code 4 s}, {@code 3 min 20 s}, {@code 2 h 5 min}, {@code 3 d 4 h}. */
    static String duration(Duration duration) {
        long days = duration.toDays();
        if (days > 0) {
            return days + " d " + duration.toHoursPart() + " h";
        }
        if (duration.toHours() > 0) {
            return duration.toHours() + " h " + duration.toMinutesPart() + " min";
        }
        if (duration.toMinutes() > 0) {
            return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
        }
        return duration.toSeconds() + " s";
    }
}
