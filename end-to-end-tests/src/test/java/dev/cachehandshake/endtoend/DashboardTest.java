package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What can be said of the dashboard and the alerts without Grafana and Prometheus. {@link DashboardsRun} asks a real
 * Prometheus.
 */
class DashboardTest {
    private static final Path OPS = Path.of("../ops");
    private static final int COLUMNS = 24;

    private final Dashboard dashboard = Dashboard.provisioned();
    private final ScrapedMetrics metrics = ScrapedMetrics.documented();
    private final JsonNode datasource = YamlFile.read(OPS.resolve("grafana/provisioning/datasources/prometheus.yml"))
            .path("datasources")
            .path(0);
    private final JsonNode prometheus = YamlFile.read(OPS.resolve("prometheus/prometheus.yml"));
    private final String page = Files.readString(Path.of("../docs/dashboards.md"));

    DashboardTest() throws IOException {}

    @Test
    void itIsOneThatGrafana11And12Read() {
        assertThat(dashboard.json().path("title").asText()).isEqualTo("Cache Handshake");
        assertThat(dashboard.json().path("uid").asText()).isNotEmpty();
        assertThat(dashboard.json().path("schemaVersion").asInt()).isBetween(39, 42);
    }

    @Test
    void noTwoPanelsHaveTheSameIdOrTitle() {
        assertThat(dashboard.everything().stream().map(panel -> panel.path("id").asInt()))
                .doesNotHaveDuplicates()
                .doesNotContain(0);
        assertThat(titles()).doesNotHaveDuplicates().doesNotContain("");
    }

    @Test
    void noPanelCoversAnotherOneOrEndsOutsideTheGrid() {
        Set<List<Integer>> taken = new HashSet<>();
        for (JsonNode panel : dashboard.everything()) {
            JsonNode grid = panel.path("gridPos");
            assertThat(grid.path("x").asInt(-1)).as("%s", panel.path("title")).isNotNegative();
            assertThat(grid.path("x").asInt() + grid.path("w").asInt())
                    .as("%s", panel.path("title"))
                    .isLessThanOrEqualTo(COLUMNS);
            assertThat(grid.path("w").asInt() * grid.path("h").asInt())
                    .as("%s", panel.path("title"))
                    .isPositive();
            for (int x = 0; x < grid.path("w").asInt(); x++) {
                for (int y = 0; y < grid.path("h").asInt(); y++) {
                    assertThat(taken.add(List.of(
                                    grid.path("x").asInt() + x, grid.path("y").asInt() + y)))
                            .as("%s covers another panel", panel.path("title"))
                            .isTrue();
                }
            }
        }
    }

    @Test
    void everyPanelSaysWhatItShowsAndInWhichUnit() {
        assertThat(dashboard.panels()).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.path("description").asText()).as("%s", panel).endsWith(".");
            assertThat(panel.path("fieldConfig").path("defaults").path("unit").asText())
                    .as("%s", panel)
                    .isNotEmpty();
            assertThat(panel.path("targets")).as("%s", panel).isNotEmpty();
        });
    }

    @Test
    void everyPanelAsksTheDatasourceThatIsProvisioned() {
        String uid = datasource.path("uid").asText();

        assertThat(uid).isNotEmpty();
        assertThat(dashboard.panels())
                .allSatisfy(
                        panel -> assertThat(panel.path("datasource").path("uid").asText())
                                .isEqualTo(uid));
        assertThat(dashboard.queries())
                .allSatisfy(query -> assertThat(query.datasource()).isEqualTo(uid));
    }

    /** Else a rate's window may hold fewer than two scrapes, and the panel is empty. */
    @Test
    void grafanaKnowsHowOftenPrometheusScrapes() {
        assertThat(datasource.path("jsonData").path("timeInterval").asText())
                .isEqualTo(prometheus.path("global").path("scrape_interval").asText());
    }

    @Test
    void everyMetricAndLabelThatIsAskedForIsOneOfTheDocs() {
        for (Expression expression : expressions()) {
            assertThat(expression.selectors()).as(expression.text()).isNotEmpty();
            for (Expression.Selector selector : expression.selectors()) {
                assertThat(metrics.knows(selector.metric()))
                        .as("%s in %s", selector.metric(), expression.text())
                        .isTrue();
                assertThat(selector.labels())
                        .allSatisfy(label -> assertThat(metrics.has(selector.metric(), label))
                                .as("%s of %s", label, selector.text())
                                .isTrue());
            }
            assertThat(expression.groupedBy())
                    .allSatisfy(label -> assertThat(expression.selectors())
                            .as("%s in %s", label, expression.text())
                            .anyMatch(selector -> metrics.has(selector.metric(), label)));
        }
    }

    @Test
    void aLegendNamesOnlyLabelsThatItsSeriesKeep() {
        assertThat(dashboard.queries())
                .isNotEmpty()
                .allSatisfy(query -> assertThat(query.expression().groupedBy())
                        .as("%s: %s", query.panel(), query.legend())
                        .containsAll(query.legendLabels()));
        assertThat(dashboard.queries())
                .allSatisfy(
                        query -> assertThat(query.legend()).as(query.panel()).isNotEmpty());
    }

    @Test
    void everyAlertSaysHowBadItIsAndWhatItIsAbout() {
        assertThat(AlertRule.all()).isNotEmpty().allSatisfy(rule -> {
            assertThat(rule.json().path("labels").path("severity").asText())
                    .as(rule.name())
                    .isIn("critical", "warning");
            for (String text : List.of("summary", "description")) {
                assertThat(rule.json().path("annotations").path(text).asText())
                        .as(rule.name())
                        .isNotEmpty();
            }
        });
    }

    @Test
    void everyAlertIsMadeToFireInItsTests() {
        Set<String> fired = new TreeSet<>();
        for (JsonNode test :
                YamlFile.read(OPS.resolve("prometheus/alerts.test.yml")).path("tests")) {
            for (JsonNode question : test.path("promql_expr_test")) {
                for (JsonNode sample : question.path("exp_samples")) {
                    words("alertname=\"(\\w+)\"", sample.path("labels").asText())
                            .forEach(fired::add);
                }
            }
        }

        assertThat(fired)
                .containsExactlyInAnyOrderElementsOf(
                        AlertRule.all().stream().map(AlertRule::name).toList());
    }

    @Test
    void thePageTellsOfEveryPanelAndAlertAndOfNoneThatDoesNotExist() {
        assertThat(rows("## The panels")).containsExactlyElementsOf(titles());
        assertThat(rows("## The alerts"))
                .containsExactlyElementsOf(
                        AlertRule.all().stream().map(AlertRule::name).toList());
    }

    /** What people copy must be what the two services are scraped with here. */
    @Test
    void theScrapeConfigurationOfThePageIsTheOneOfTheComposeFile() {
        String shown =
                words("(?s)```yaml\n(scrape_configs:.*?)```", page).findFirst().orElse("");
        JsonNode theirs = YamlFile.parse(shown.isEmpty() ? "{}" : shown).path("scrape_configs");
        JsonNode ours = prometheus.path("scrape_configs");

        assertThat(theirs.size()).isEqualTo(ours.size()).isPositive();
        for (int i = 0; i < ours.size(); i++) {
            for (String setting : List.of("job_name", "metrics_path")) {
                assertThat(theirs.path(i).path(setting)).isEqualTo(ours.path(i).path(setting));
            }
        }
    }

    private List<String> titles() {
        return dashboard.panels().stream()
                .map(panel -> panel.path("title").asText())
                .toList();
    }

    private List<Expression> expressions() {
        List<Expression> all = new ArrayList<>();
        dashboard.queries().forEach(query -> all.add(query.expression()));
        AlertRule.all().forEach(rule -> all.add(rule.expression()));
        return all;
    }

    /** The first cells of the tables of a section. */
    private List<String> rows(String heading) {
        String section = page.split(Pattern.quote(heading), 2)[1].split("\n## ", 2)[0];
        return words("(?m)^\\| \\*\\*([^*]+)\\*\\* \\|", section).toList();
    }

    private static Stream<String> words(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1));
    }
}
