package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.scriptedtarget.Answer;
import dev.cachehandshake.scriptedtarget.Behaviour;
import java.io.IOException;
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

    private final ScrapedMetrics metrics = ScrapedMetrics.documented();

    DashboardsRun() throws IOException {}

    @Test
    void everythingThatTheDashboardAsksHasAnAnswerThatItsLegendCanName(@TempDir Path directory) throws Exception {
        List<Dashboard.Query> queries = Dashboard.provisioned().queries();
        whileThePairWorks(
                directory,
                (pair, prometheus) -> soon(() -> {
                    List<String> unanswered = new ArrayList<>();
                    List<String> unnamed = new ArrayList<>();
                    for (Dashboard.Query query : queries) {
                        List<PrometheusServer.Sample> answer =
                                prometheus.ask(query.expression().over(WINDOW));
                        if (isScraped(query.expression())
                                && answer.stream().noneMatch(PrometheusServer.Sample::isNumber)) {
                            unanswered.add(
                                    query.panel() + ": " + query.expression().text());
                        }
                        Set<String> needed = legendLabels(query);
                        answer.stream()
                                .filter(sample -> !sample.labels().keySet().containsAll(needed))
                                .forEach(
                                        sample -> unnamed.add(query.panel() + ": " + query.legend() + " of " + sample));
                    }
                    assertThat(unanswered).isEmpty();
                    assertThat(unnamed).isEmpty();
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
                        if (!metrics.isToCome(selector)
                                && prometheus.ask(selector.text()).isEmpty()) {
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

    /** Whether the services show all that it names. */
    private boolean isScraped(Expression expression) {
        return expression.selectors().stream().noneMatch(metrics::isToCome);
    }

    private Set<String> legendLabels(Dashboard.Query query) {
        return query.legendLabels().stream()
                .filter(label -> query.expression().selectors().stream()
                        .noneMatch(selector -> metrics.isToCome(selector.metric(), label)))
                .collect(Collectors.toSet());
    }
}
