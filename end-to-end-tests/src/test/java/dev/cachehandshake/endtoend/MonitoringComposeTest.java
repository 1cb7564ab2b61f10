package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The profile {@code monitoring} of docker-compose.yml, beside what {@link ComposeTest} holds of every service. */
class MonitoringComposeTest {
    private static final Path ROOT = Path.of("..");
    private static final List<String> SERVICES = List.of("prometheus", "grafana");

    private final JsonNode compose = YamlFile.read(ROOT.resolve("docker-compose.yml"));

    @Test
    void nobodyGetsThemWhoDoesNotAskForThem() {
        for (String service : SERVICES) {
            assertThat(of(service).path("profiles")).as(service).hasSize(1);
            assertThat(of(service).path("profiles").path(0).asText()).isEqualTo("monitoring");
            // A variable that must be set would have to be set for every other profile too.
            assertThat(of(service).toString()).doesNotContain(":?");
        }
    }

    @Test
    void anImageIsTheSameTomorrow() {
        for (String service : SERVICES) {
            assertThat(of(service).path("image").asText()).matches("[a-z/]+:v?\\d+\\.\\d+\\.\\d+");
        }
    }

    @Test
    void eachIsCheckedAndPublishedOnThePortThatItListensOn() {
        for (Map.Entry<String, String> port :
                Map.of("prometheus", "9090", "grafana", "3000").entrySet()) {
            JsonNode service = of(port.getKey());

            assertThat(service.path("healthcheck").path("test").toString())
                    .contains("http://127.0.0.1:" + port.getValue() + "/");
            assertThat(service.path("ports")).hasSize(1);
            assertThat(service.path("ports").path(0).asText()).endsWith(":" + port.getValue());
        }
    }

    @Test
    void whatAsksNobodyForAPasswordIsReachedFromThisMachineOnly() {
        assertThat(of("prometheus").path("ports").path(0).asText()).startsWith("127.0.0.1:");
        assertThat(of("grafana").path("ports").path(0).asText()).startsWith("${BIND_ADDRESS:-127.0.0.1}:");
    }

    @Test
    void whatIsMountedIsThereAndCannotBeChangedFromInside() {
        for (String service : SERVICES) {
            List<String> mounted = mounts(service).stream()
                    .filter(mount -> mount.startsWith("./"))
                    .toList();

            assertThat(mounted).isNotEmpty().allSatisfy(mount -> {
                assertThat(ROOT.resolve(mount.substring(0, mount.indexOf(':')))).isDirectory();
                assertThat(mount).endsWith(":ro");
            });
        }
    }

    @Test
    void whatIsCollectedIsKept() {
        assertThat(mounts("prometheus")).contains("prometheus-data:/prometheus");
        assertThat(of("prometheus").path("command").toString()).contains("--storage.tsdb.path=/prometheus\"");
        assertThat(mounts("grafana")).contains("grafana-data:/var/lib/grafana");
        assertThat(compose.path("volumes").has("prometheus-data")).isTrue();
        assertThat(compose.path("volumes").has("grafana-data")).isTrue();
    }

    @Test
    void eachReadsWhatIsMountedForIt() {
        assertThat(mounts("prometheus")).contains("./ops/prometheus:/etc/prometheus:ro");
        assertThat(of("prometheus").path("command").toString())
                .contains("--config.file=/etc/prometheus/prometheus.yml\"");
        assertThat(mounts("grafana")).contains("./ops/grafana/provisioning:/etc/grafana/provisioning:ro");

        String dashboards = YamlFile.read(ROOT.resolve("ops/grafana/provisioning/dashboards/cache-handshake.yml"))
                .path("providers")
                .path(0)
                .path("options")
                .path("path")
                .asText();
        assertThat(mounts("grafana")).contains("./ops/grafana/dashboards:" + dashboards + ":ro");
        String home =
                settings().path("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH").asText();
        assertThat(home).startsWith(dashboards + "/");
        assertThat(ROOT.resolve("ops/grafana/dashboards").resolve(home.substring(dashboards.length() + 1)))
                .exists();
    }

    @Test
    void grafanaAsksThePrometheusBesideIt() {
        JsonNode datasource = YamlFile.read(ROOT.resolve("ops/grafana/provisioning/datasources/prometheus.yml"))
                .path("datasources")
                .path(0);

        assertThat(datasource.path("url").asText()).isEqualTo("http://prometheus:9090");
        assertThat(of("grafana")
                        .path("depends_on")
                        .path("prometheus")
                        .path("condition")
                        .asText())
                .isEqualTo("service_healthy");
    }

    @Test
    void prometheusScrapesEachServiceOnThePortThatItListensOn() {
        List<String> scraped = new ArrayList<>();
        for (JsonNode job :
                YamlFile.read(ROOT.resolve("ops/prometheus/prometheus.yml")).path("scrape_configs")) {
            assertThat(job.path("metrics_path").asText()).isEqualTo("/actuator/prometheus");
            job.path("static_configs").path(0).path("targets").forEach(target -> scraped.add(target.asText()));
        }

        assertThat(scraped).containsExactly("publisher:" + port("publisher"), "worker:" + port("worker"));
    }

    @Test
    void nobodyLooksWithoutAPassword() {
        assertThat(settings().path("GF_SECURITY_ADMIN_PASSWORD").asText()).isEqualTo("${GRAFANA_PASSWORD:-}");
        assertThat(settings().path("GF_AUTH_ANONYMOUS_ENABLED").asText()).isEqualTo("false");
        assertThat(settings().path("GF_USERS_ALLOW_SIGN_UP").asText()).isEqualTo("false");
    }

    @Test
    void withoutAPasswordGrafanaDoesNotStartAndSaysHowToMakeOne() throws IOException, InterruptedException {
        assertThat(start(""))
                .isEqualTo("make one with openssl rand -hex 32 and put it into .env as GRAFANA_PASSWORD=...\n");
        assertThat(start("a-password")).isEqualTo("Grafana runs\n");
    }

    /** Runs the entry point, with something that speaks in the place of Grafana; returns what was said. */
    private String start(String password) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        of("grafana")
                .path("entrypoint")
                .forEach(word ->
                        command.add(word.asText().replace("$$", "$").replace("exec /run.sh", "echo Grafana runs")));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("GF_SECURITY_ADMIN_PASSWORD", password);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(password.isEmpty() ? 1 : 0);
        return said;
    }

    @Test
    void thePageOfDockerNamesTheirPortsAndTheirPassword() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/docker.md"));

        assertThat(page)
                .contains("GRAFANA_PASSWORD", "PROMETHEUS_PORT", "GRAFANA_PORT", "| `prometheus` | 9090 |")
                .contains("| `grafana` | 3002 |");
    }

    private JsonNode of(String service) {
        return compose.path("services").path(service);
    }

    private JsonNode settings() {
        return of("grafana").path("environment");
    }

    private String port(String service) {
        return of(service).path("environment").path("SERVER_PORT").asText();
    }

    private List<String> mounts(String service) {
        List<String> mounts = new ArrayList<>();
        of(service).path("volumes").forEach(mount -> mounts.add(mount.asText()));
        return mounts;
    }
}
