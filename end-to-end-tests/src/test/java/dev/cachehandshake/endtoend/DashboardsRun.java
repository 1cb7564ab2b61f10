package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.scriptedtarget.Answer;
import dev.cachehandshake.scriptedtarget.Behaviour;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All that the dashboard and the alerts ask, asked of a real Prometheus that scrapes a pair at work. {@code ./handshake
 * dashboards} runs it, and no other command, for it needs Prometheus; where there is none it fails.
 */
class DashboardsRun {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration ASK_EVERY = Duration.ofMillis(500);
    private static final int PER_SECOND = 20;
    private static final int ENTRIES = 50;
    /** For Grafana's variables: several scrapes of this Prometheus. */
    private static final String WINDOW = "20s";

    private static final String ACCEPTED_BY_PROMETHEUS_3 =
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                    + "application/openmetrics-text;version=0.0.1;q=0.5,"
                    + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    @Test
    void everythingThatTheDashboardAsksHasAnAnswerThatItsLegendCanName(@TempDir Path directory) throws Exception {
        List<Dashboard.Query> queries = Dashboard.provisioned().queries();
        whileThePairWorks(
                directory,
                (pair, prometheus) -> soon(() -> {
                    List<String> wrong = new ArrayList<>();
                    for (Dashboard.Query query : queries) {
                        wrong.addAll(wrongWith(
                                query, prometheus.ask(query.expression().over(WINDOW))));
                    }
                    assertThat(wrong).isEmpty();
                }));
    }

    @Test
    void everySeriesThatAnAlertLooksAtIsThereAndNoneFiresWhileAllIsWell(@TempDir Path directory) throws Exception {
        List<AlertRule> rules = AlertRule.all();
        whileThePairWorks(directory, (pair, prometheus) -> {
            soon(() -> {
                List<String> absent = new ArrayList<>();
                for (AlertRule rule : rules) {
                    for (Expression.Selector selector : rule.expression().selectors()) {
                        if (prometheus.ask(selector.text()).isEmpty()) {
                            absent.add(rule.name() + ": " + selector.text());
                        }
                    }
                }
                assertThat(absent).isEmpty();
            });
            Map<String, String> allWell = rules.stream().collect(Collectors.toMap(AlertRule::name, rule -> "ok"));
            soon(() -> assertThat(prometheus.ruleHealth()).isEqualTo(allWell));
            soon(() -> assertThat(prometheus.alerts()).isEmpty());
        });
    }

    @Test
    void whatGoesWrongRaisesItsAlert(@TempDir Path directory) throws Exception {
        whileThePairWorks(directory, (pair, prometheus) -> {
            // given counters that were scraped before they move
            soon(() ->
                    assertThat(prometheus.ask("handshake_poisoned_total == 0")).isNotEmpty());
            soon(() -> assertThat(prometheus.alerts()).isEmpty());

            // when somebody pushes what is no job, the site says no to a page, and then it refuses every call
            pair.commands().rpush("revalidation:queue", "no job");
            pair.target().play(Behaviour.healthy().answering(Answer.reject("no such page")));
            soon(() -> assertThat(prometheus.alerts()).contains("PoisonFound firing", "HandshakesFailed firing"));
            pair.target().play(Behaviour.healthy().answering(Answer.failure(404)));

            // then
            soon(() ->
                    assertThat(prometheus.alerts()).containsAnyOf("TargetOut pending", "TargetMisconfigured pending"));
        });
    }

    /** The one of the compose file is a 3, and takes no scrape whose content type it does not know. */
    @Test
    void aPrometheus3UnderstandsTheAnswerToo(@TempDir Path directory) throws Exception {
        HttpRequest.Builder scrape = HttpRequest.newBuilder().header("Accept", ACCEPTED_BY_PROMETHEUS_3);
        whileThePairWorks(directory, (pair, prometheus) -> {
            try (HttpClient http = HttpClient.newHttpClient()) {
                for (URI service : List.of(pair.publisher().url(), pair.workerUrl())) {
                    HttpResponse<String> answer = http.send(
                            scrape.uri(service.resolve("/actuator/prometheus")).build(),
                            HttpResponse.BodyHandlers.ofString());

                    assertThat(answer.statusCode()).isEqualTo(200);
                    assertThat(answer.headers().firstValue("Content-Type").orElse("none"))
                            .matches("(application/openmetrics-text|text/plain); ?version=[01]\\.0\\.[04];.*");
                    assertThat(answer.body()).contains("\nhandshake_scheduled ");
                }
            }
        });
    }

    private interface Check {
        void make(Pair pair, PrometheusServer prometheus) throws Exception;
    }

    private static void whileThePairWorks(Path directory, Check check) throws Exception {
        try (Pair pair = Pair.up(Map.of());
                PrometheusServer prometheus = PrometheusServer.scraping(
                        Map.of("handshake-publisher", pair.publisher().url(), "handshake-worker", pair.workerUrl()),
                        directory);
                SteadyLoad load = SteadyLoad.on(List.of(pair.cms()), PER_SECOND, ENTRIES)) {
            check.make(pair, prometheus);
            assertThat(load.refusals()).isEmpty();
        }
    }

    private static void soon(ThrowingRunnable check) {
        await().atMost(PATIENCE).pollInterval(ASK_EVERY).untilAsserted(check);
    }

    private List<String> wrongWith(Dashboard.Query query, List<PrometheusServer.Sample> answer) {
        List<String> wrong = new ArrayList<>();
        if (answer.stream().noneMatch(PrometheusServer.Sample::isNumber)) {
            wrong.add("%s: no number for %s"
                    .formatted(query.panel(), query.expression().text()));
        }
        Set<String> needed = Set.copyOf(query.legendLabels());
        answer.stream()
                .filter(sample -> !sample.labels().keySet().containsAll(needed))
                .forEach(sample -> wrong.add("%s: no \"%s\" for %s".formatted(query.panel(), query.legend(), sample)));
        return wrong;
    }
}
