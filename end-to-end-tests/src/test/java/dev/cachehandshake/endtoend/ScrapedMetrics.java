package dev.cachehandshake.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The metrics of docs/metrics.md, which {@link DocsTest} holds against the code, as Prometheus names them. */
final class ScrapedMetrics {
    /** What Prometheus itself adds. */
    private static final Set<String> OF_EACH_SCRAPE = Set.of("job", "instance");

    private static final Pattern ROW =
            Pattern.compile("^\\| `(handshake\\.[a-z.]+)` \\| ([^|]+) \\|", Pattern.MULTILINE);

    private final Map<String, Set<String>> labels = new HashMap<>(Map.of("up", Set.of()));

    private ScrapedMetrics() {}

    static ScrapedMetrics documented() throws IOException {
        ScrapedMetrics metrics = new ScrapedMetrics();
        ROW.matcher(Files.readString(Path.of("..", "docs", "metrics.md")))
                .results()
                .forEach(row -> metrics.add(row.group(1).replace('.', '_'), row.group(2)));
        return metrics;
    }

    boolean knows(String metric) {
        return labels.containsKey(metric);
    }

    /** Whether series of that metric have the label. */
    boolean has(String metric, String label) {
        return OF_EACH_SCRAPE.contains(label)
                || labels.getOrDefault(metric, Set.of()).contains(label);
    }

    private void add(String name, String cell) {
        Set<String> tags = Pattern.compile("`([a-z_]+)`")
                .matcher(cell)
                .results()
                .map(tag -> tag.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        for (String suffix : suffixes(cell)) {
            Set<String> all = new TreeSet<>(tags);
            if (suffix.endsWith("_bucket")) {
                all.add("le");
            }
            labels.put(name + suffix, all);
        }
    }

    private static List<String> suffixes(String cell) {
        String kind = cell.replaceAll("`[^`]*`|,", "").strip();
        return switch (kind) {
            case "counter" -> List.of("_total");
            case "gauge" -> List.of("");
            case "gauge seconds" -> List.of("_seconds");
            case "summary" -> List.of("_count", "_sum", "_max");
            case "timer" -> List.of("_seconds_count", "_seconds_sum", "_seconds_max");
            case "histogram" -> List.of("_seconds_count", "_seconds_sum", "_seconds_max", "_seconds_bucket");
            default -> throw new AssertionError("docs/metrics.md has a kind of metric that nobody knows here: " + cell);
        };
    }
}
