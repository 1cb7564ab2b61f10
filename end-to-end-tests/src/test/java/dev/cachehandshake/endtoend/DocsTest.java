package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.localstack.doctor.Fault;
import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.DeploymentStatus;
import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.boot.CommonMetric;
import dev.cachehandshake.protocol.boot.DurabilitySettings;
import dev.cachehandshake.protocol.boot.PathSettings;
import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.RetentionSettings;
import dev.cachehandshake.protocol.boot.StrategySettings;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.publisher.config.DeploymentSettings;
import dev.cachehandshake.publisher.config.PublisherSettings;
import dev.cachehandshake.publisher.hold.DeploymentReader;
import dev.cachehandshake.publisher.publish.EventField;
import dev.cachehandshake.publisher.publish.PublisherMetric;
import dev.cachehandshake.worker.config.BackoffSettings;
import dev.cachehandshake.worker.config.CircuitSettings;
import dev.cachehandshake.worker.config.ClaimSettings;
import dev.cachehandshake.worker.config.LeaseSettings;
import dev.cachehandshake.worker.config.SecretSettings;
import dev.cachehandshake.worker.config.SweepSettings;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.config.WorkerSettings;
import dev.cachehandshake.worker.report.WorkerMetric;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** What the docs list, the code has; what the code has, the docs list. */
class DocsTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Path HANDSHAKE_JSON =
            Path.of("../publisher-service/src/main/java/dev/cachehandshake/publisher/api/HandshakeJson.java");

    private static final List<Class<? extends Record>> SETTINGS = List.of(
            PublisherSettings.class,
            DeploymentSettings.class,
            PathSettings.class,
            RetentionSettings.class,
            DurabilitySettings.class,
            LeaseSettings.class,
            ClaimSettings.class,
            SweepSettings.class,
            BackoffSettings.class,
            CircuitSettings.class,
            TargetSettings.class,
            SecretSettings.class,
            WorkerSettings.class);

    @Test
    void everySettingIsListedOnceAndNoneThatDoesNotExist() throws IOException {
        Set<String> inCode = new TreeSet<>();
        for (Class<? extends Record> settings : SETTINGS) {
            String prefix =
                    settings.getAnnotation(ConfigurationProperties.class).value();
            componentsOf(settings).forEach(name -> inCode.add(prefix + "." + name));
        }

        assertThat(firstCells("settings.md", "handshake\\.[a-z.-]+")).containsExactlyInAnyOrderElementsOf(inCode);
    }

    @Test
    void everySettingOfAClassIsListedOnceWithAColumnForEachClassAndNoneThatDoesNotExist() throws IOException {
        String prefix = StrategySettings.class
                        .getAnnotation(ConfigurationProperties.class)
                        .value() + ".{class}.";
        List<String> classes = componentsOf(StrategySettings.class);

        assertThat(firstCells("settings.md", "handshake\\.strategies\\.\\{class}\\.[a-z-]+"))
                .containsExactlyInAnyOrderElementsOf(componentsOf(StrategySettings.OfClass.class).stream()
                        .map(name -> prefix + name)
                        .toList());
        assertThat(read("settings.md")).contains("| setting | " + String.join(" | ", classes) + " | range | |");
    }

    @Test
    void everyMetricIsListedOnceAndNoneThatDoesNotExist() throws IOException {
        Set<String> inCode = Stream.of(
                        Arrays.stream(CommonMetric.values()).map(CommonMetric::meterName),
                        Arrays.stream(WorkerMetric.values()).map(WorkerMetric::meterName),
                        Arrays.stream(PublisherMetric.values()).map(PublisherMetric::meterName))
                .flatMap(names -> names)
                .collect(Collectors.toSet());

        assertThat(firstCells("metrics.md", "handshake\\.[a-z.]+")).containsExactlyInAnyOrderElementsOf(inCode);
    }

    @Test
    void everyProblemIsListedWithItsStatus() throws IOException {
        List<String> inCode = Arrays.stream(ProblemCode.values())
                .map(code -> "| `" + code.code() + "` | " + code.status().value() + " |")
                .toList();

        assertThat(read("protocol.md")).contains(inCode);
        assertThat(rowsOf("protocol.md", "## Problems")).hasSize(inCode.size());
    }

    /** The class that writes the answer is asked by its source, for no one answer has all members. */
    @Test
    void everyMemberOfAShownHandshakeIsListedAndNoneThatDoesNotExist() throws IOException {
        Set<String> inCode =
                names("\\bput[A-Za-z]*\\(\\s*(?:json,\\s*)?\"([a-z_]+)\"", Files.readString(HANDSHAKE_JSON));
        List<String> rows = rowsOf("protocol.md", "### How a handshake stands", "## The worker calls the site");
        Set<String> inRows = names("`([a-z_]+)`", String.join("\n", rows));
        Set<String> asFirstCells = rows.stream()
                .flatMap(row -> names("`([a-z_]+)`", row.split("\\|", 3)[1]).stream())
                .collect(Collectors.toSet());

        assertThat(inCode).contains("revalidation_id", "refused_paths", "build_id");
        assertThat(inRows).containsAll(inCode);
        assertThat(inCode).containsAll(asFirstCells);
    }

    @Test
    void everyFieldOfAnEventIsListedAndNoneThatDoesNotExist() throws IOException {
        List<String> rows = rowsOf("protocol.md", "## The publisher", "### How a handshake stands");

        assertThat(rows.stream().map(row -> row.split("`", 3)[1]))
                .containsExactlyInAnyOrderElementsOf(EventField.wireNames());
    }

    @Test
    void everyKeyIsListed() throws IOException, IllegalAccessException {
        String protocol = read("protocol.md");
        for (Field field : RedisKeys.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers())) {
                assertThat(protocol).contains("| `" + field.get(null) + "` |");
            }
        }
        for (DeliveryClass each : DeliveryClass.values()) {
            assertThat(protocol)
                    .contains(
                            "`" + RedisKeys.queue(each) + "`",
                            "`" + RedisKeys.returns(each) + "`",
                            "`" + RedisKeys.queued(each) + "`",
                            "`" + RedisKeys.queuedReturns(each) + "`");
        }
    }

    @Test
    void everyStatePhaseAndFailureIsListed() throws IOException {
        String states = read("states.md");
        for (HandshakeState state : HandshakeState.values()) {
            assertThat(states).contains("| `" + state.wireName() + "` |");
        }
        for (Phase phase : Phase.values()) {
            assertThat(states).contains("| `" + phase.wireName() + "` |");
        }
        for (FailureReason failure : FailureReason.values()) {
            assertThat(states).contains("| `" + failure.wireName() + "` |").contains(" | " + failure.advice() + " |");
        }
    }

    @Test
    void everyStatusOfADeploymentAndEveryFieldOfItsWordsIsListedAndNoneThatDoesNotExist() throws IOException {
        assertThat(firstCells("deployments.md", "[a-z_-]+"))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                DeploymentReader.FIELDS.stream(),
                                Arrays.stream(DeploymentStatus.values()).map(DeploymentStatus::wireName))
                        .toList());
    }

    @Test
    void everyFindingOfTheDoctorIsListedAndNoneThatDoesNotExist() throws IOException {
        Set<String> rows = names("`([A-Z_]+)`", String.join("\n", rowsOf("operations.md", "| finding |")));

        assertThat(rows)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Fault.values()).map(Fault::name).toList());
    }

    @Test
    void everyLinkBetweenTheDocsLeadsSomewhere() throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> docs = Files.walk(DOCS)) {
            docs.filter(page -> page.toString().endsWith(".md")).forEach(pages::add);
        }
        Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
                .map(name -> Path.of("..", name))
                .forEach(pages::add);
        for (Path page : pages) {
            Matcher links = Pattern.compile("\\]\\((?!https?:)([^)#]+)").matcher(Files.readString(page));
            while (links.find()) {
                assertThat(page.resolveSibling(links.group(1)))
                        .as("link in %s", page)
                        .exists();
            }
        }
    }

    private static List<String> firstCells(String page, String pattern) throws IOException {
        Matcher rows = Pattern.compile("^\\| `(" + pattern + ")` \\|", Pattern.MULTILINE)
                .matcher(read(page));
        return rows.results().map(row -> row.group(1)).toList();
    }

    private static List<String> rowsOf(String page, String from, String to) throws IOException {
        String section = read(page).split(Pattern.quote(from), 2)[1].split(Pattern.quote(to), 2)[0];
        return section.lines().filter(line -> line.startsWith("| `")).toList();
    }

    private static Set<String> names(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> rowsOf(String page, String heading) throws IOException {
        String section = read(page).split(Pattern.quote(heading), 2)[1];
        return section.lines().filter(line -> line.startsWith("| `")).toList();
    }

    private static String read(String page) throws IOException {
        return Files.readString(DOCS.resolve(page));
    }

    private static List<String> componentsOf(Class<? extends Record> settings) {
        return Arrays.stream(settings.getRecordComponents())
                .map(RecordComponent::getName)
                .map(DocsTest::kebab)
                .toList();
    }

    private static String kebab(String camel) {
        return camel.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    }
}
