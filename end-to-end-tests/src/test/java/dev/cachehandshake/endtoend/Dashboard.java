package dev.cachehandshake.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The dashboard that Grafana is provisioned with. */
record Dashboard(JsonNode json) {
    private static final Path FILE = Path.of("../ops/grafana/dashboards/cache-handshake.json");
    private static final Pattern VARIABLE = Pattern.compile("\\{\\{\\s*([a-z_]+)\\s*}}");

    /** What a panel asks for, and how it names the series that it gets. */
    record Query(String panel, String datasource, Expression expression, String legend) {
        Set<String> legendLabels() {
            return VARIABLE.matcher(legend)
                    .results()
                    .map(variable -> variable.group(1))
                    .collect(Collectors.toSet());
        }
    }

    static Dashboard provisioned() throws IOException {
        return new Dashboard(new ObjectMapper().readTree(FILE.toFile()));
    }

    /** Rows of panels too. */
    List<JsonNode> everything() {
        List<JsonNode> panels = new ArrayList<>();
        json.path("panels").forEach(panels::add);
        return panels;
    }

    List<JsonNode> panels() {
        return everything().stream()
                .filter(panel -> !panel.path("type").asText().equals("row"))
                .toList();
    }

    List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        for (JsonNode panel : panels()) {
            for (JsonNode target : panel.path("targets")) {
                queries.add(new Query(
                        panel.path("title").asText(),
                        target.path("datasource").path("uid").asText(),
                        new Expression(target.path("expr").asText()),
                        target.path("legendFormat").asText()));
            }
        }
        return queries;
    }
}
