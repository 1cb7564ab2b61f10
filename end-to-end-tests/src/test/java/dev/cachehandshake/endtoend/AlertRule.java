package dev.cachehandshake.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One of the alerts that Prometheus is given. */
record AlertRule(String name, Expression expression, JsonNode json) {
    static final Path FILE = Path.of("../ops/prometheus/alerts.yml");

    static List<AlertRule> all() {
        List<AlertRule> rules = new ArrayList<>();
        for (JsonNode group : YamlFile.read(FILE).path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                rules.add(new AlertRule(
                        rule.path("alert").asText(),
                        new Expression(rule.path("expr").asText()),
                        rule));
            }
        }
        return rules;
    }
}
