package dev.cachehandshake.endtoend;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a panel or an alert asks, in PromQL; as far as the checks must understand it: Prometheus itself says whether it is right. */
record Expression(String text) {
    private static final Pattern SELECTOR = Pattern.compile("\\b(handshake_[a-z_]+|up)\\b(\\{[^}]*})?");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)\\s*(=~|!=|!~|=)\\s*\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
    private static final Pattern RANGE = Pattern.compile("\\$__(rate_interval|range)\\b");

    /**
     * A metric with what its labels must be.
     *
     * @param wanted labels that must have a value, with that value or the pattern of it
     */
    record Selector(String text, String metric, Map<String, String> wanted, Set<String> labels) {}

    List<Selector> selectors() {
        return SELECTOR.matcher(text).results().map(Expression::selector).toList();
    }

    /** The labels that it keeps apart, at whatever depth. */
    Set<String> groupedBy() {
        Set<String> labels = new TreeSet<>();
        GROUPING.matcher(text)
                .results()
                .forEach(by -> labels.addAll(List.of(by.group(1).split(",\\s*"))));
        return labels;
    }

    /** As Grafana would send it, with that time for each of its variables. */
    String over(String time) {
        return RANGE.matcher(text).replaceAll(time);
    }

    private static Selector selector(MatchResult found) {
        Map<String, String> wanted = new LinkedHashMap<>();
        Set<String> labels = new TreeSet<>();
        if (found.group(2) != null) {
            MATCHER.matcher(found.group(2)).results().forEach(matcher -> {
                labels.add(matcher.group(1));
                if (matcher.group(2).startsWith("=")) {
                    wanted.put(matcher.group(1), matcher.group(3));
                }
            });
        }
        return new Selector(found.group(), found.group(1), wanted, labels);
    }
}
