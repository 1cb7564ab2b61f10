package dev.cachehandshake.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;

/** Figures that were measured in this run: into {@code target/figures.txt}, which {@code ./handshake test} shows at its end. */
final class Figures {
    private static final Path FILE = Path.of("target", "figures.txt");

    private Figures() {}

    @SuppressWarnings("AnnotateFormatMethod")
    static synchronized void say(String format, Object... values) {
        String line = String.format(Locale.ROOT, format, values);
        try {
            Files.createDirectories(FILE.getParent());
            Files.writeString(
                    FILE, line + System.lineSeparator(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        System.out.println("figure: " + line);
    }

    /** Of durations in nanoseconds, in milliseconds. */
    static String percentiles(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                "p50 %.1f ms, p99 %.1f ms, max %.1f ms (n=%d)",
                at(sorted, 0.50),
                at(sorted, 0.99),
                sorted[sorted.length - 1] / 1e6,
                sorted.length);
    }

    static double percentileMillis(long[] nanos, double part) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return at(sorted, part);
    }

    private static double at(long[] sorted, double part) {
        int index = (int) Math.ceil(part * sorted.length) - 1;
        return sorted[Math.max(0, index)] / 1e6;
    }
}
