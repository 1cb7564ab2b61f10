package dev.cachehandshake.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.localredis.FreePorts;
import dev.cachehandshake.localstack.ServiceOptions;
import dev.cachehandshake.localstack.ServiceProcess;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A real Prometheus, as a child process, with our configuration; only whom it scrapes and how often is another. */
final class PrometheusServer implements AutoCloseable {
    private static final Path OURS = Path.of("../ops/prometheus");
    private static final String PROGRAM = "prometheus";
    private static final String EVERY = "1s";
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final ServiceProcess process;

    private PrometheusServer(ServiceProcess process) {
        this.process = process;
    }

    /**
     * Starts it and returns when it answers.
     *
     * @param directory an empty one, for its configuration and its data
     * @param targets whom each job of the configuration is to scrape
     */
    static PrometheusServer scraping(Map<String, URI> targets, Path directory)
            throws IOException, InterruptedException {
        Path program = program()
                .orElseThrow(() -> new AssertionError("There is no " + PROGRAM
                        + " on the PATH: install it (Debian: apt install prometheus; macOS: brew install prometheus)"));
        Path configuration = directory.resolve("prometheus.yml");
        Files.writeString(configuration, configuration(targets));
        Files.copy(AlertRule.FILE, directory.resolve(AlertRule.FILE.getFileName()));
        int port = FreePorts.one();
        ServiceProcess process = ServiceProcess.launch(
                new ServiceOptions(
                        PROGRAM,
                        List.of(
                                program.toString(),
                                "--config.file=" + configuration,
                                "--storage.tsdb.path=" + directory.resolve("data"),
                                "--web.listen-address=127.0.0.1:" + port),
                        Optional.empty(),
                        port,
                        "/-/ready",
                        Map.of()),
                line -> {});
        PrometheusServer server = new PrometheusServer(process);
        try {
            process.awaitReady(READY_WITHIN);
            return server;
        } catch (RuntimeException | InterruptedException notReady) {
            server.close();
            throw notReady;
        }
    }

    /** @throws IllegalStateException when Prometheus cannot make sense of it */
    List<Sample> ask(String expression) throws IOException, InterruptedException {
        List<Sample> samples = new ArrayList<>();
        for (JsonNode found : get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .path("result")) {
            samples.add(Sample.of(found));
        }
        return samples;
    }

    /** Of the alert rules by name: {@code ok}, {@code unknown} before the first evaluation, or {@code err}. */
    Map<String, String> ruleHealth() throws IOException, InterruptedException {
        Map<String, String> health = new TreeMap<>();
        for (JsonNode group : get("/api/v1/rules").path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                health.put(rule.path("name").asText(), rule.path("health").asText());
            }
        }
        return health;
    }

    /** The alerts that are pending or firing, as {@code name state}. */
    List<String> alerts() throws IOException, InterruptedException {
        List<String> alerts = new ArrayList<>();
        for (JsonNode alert : get("/api/v1/alerts").path("alerts")) {
            alerts.add(alert.path("labels").path("alertname").asText() + " "
                    + alert.path("state").asText());
        }
        return alerts;
    }

    @Override
    public void close() {
        process.close();
        http.close();
    }

    private JsonNode get(String address) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(process.url().resolve(address))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        JsonNode body = JSON.readTree(answer.body());
        if (!body.path("status").asText().equals("success")) {
            throw new IllegalStateException(address + ": " + answer.body());
        }
        return body.path("data");
    }

    private static String configuration(Map<String, URI> targets) {
        ObjectNode configuration = (ObjectNode) YamlFile.read(OURS.resolve("prometheus.yml"));
        configuration.withObject("/global").put("scrape_interval", EVERY).put("evaluation_interval", EVERY);
        for (JsonNode job : configuration.path("scrape_configs")) {
            URI target = Optional.ofNullable(targets.get(job.path("job_name").asText()))
                    .orElseThrow(() -> new AssertionError("whom does this job scrape here? " + job));
            ((ObjectNode) job)
                    .putArray("static_configs")
                    .addObject()
                    .putArray("targets")
                    .add(target.getAuthority());
        }
        // JSON is YAML.
        return configuration.toPrettyString();
    }

    private static Optional<Path> program() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory).resolve(PROGRAM))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** One series of an answer. */
    record Sample(Map<String, String> labels, double value) {
        private static Sample of(JsonNode found) {
            Map<String, String> labels = new TreeMap<>();
            found.path("metric")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            return new Sample(labels, number(found.path("value").path(1).asText()));
        }

        private static double number(String text) {
            return switch (text) {
                case "+Inf" -> Double.POSITIVE_INFINITY;
                case "-Inf" -> Double.NEGATIVE_INFINITY;
                default -> Double.parseDouble(text);
            };
        }

        boolean isNumber() {
            return Double.isFinite(value);
        }
    }
}
