package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cachehandshake.localstack.JvmCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docker-compose.yml and its Dockerfiles say, the services, their docs and the repository's files bear out. */
class ComposeTest {
    private static final Path ROOT = Path.of("..");
    private static final Path SITE = ROOT.resolve("examples/nextjs-blog");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<String> JAVA_SERVICES = List.of("publisher", "worker");
    private static final List<String> SITE_SERVICES = List.of("content-api", "site");
    private static final Set<String> NOT_SOURCES = Set.of("node_modules", ".next", "dist", "build");

    private final JsonNode compose = YamlFile.read(ROOT.resolve("docker-compose.yml"));

    @Test
    void everyVariableOfAServiceIsOneThatTheSettingsName() {
        Set<String> settings = Stream.concat(
                        cells("`([A-Z_]+)`"), cells("`(handshake\\.[a-z.-]+)`").map(ComposeTest::inTheEnvironment))
                .collect(Collectors.toSet());

        for (String service : JAVA_SERVICES) {
            assertThat(settings).as(service).containsAll(variables(service));
        }
    }

    @Test
    void everyVariableOfTheSiteIsOneThatItReads() {
        if (isHere(SITE)) {
            Set<String> words = words(SITE);
            words.addAll(words(ROOT.resolve("nextjs-adapter")));

            for (String service : SITE_SERVICES) {
                assertThat(words).as(service).containsAll(variables(service));
            }
        }
    }

    @Test
    void whatAServiceCannotDoWithoutIsSetOrAskedFor() {
        for (String service : JAVA_SERVICES) {
            List<String> needed = cells("`([A-Z_]+)` \\| `[a-z.-]+` \\| none: needed by the [^|]*" + service)
                    .toList();

            assertThat(needed).as(service).isNotEmpty();
            assertThat(variables(service)).as(service).containsAll(needed);
        }
    }

    @Test
    void aSecretHasNoDefaultAndItsAbsenceSaysHowToMakeOne() {
        for (String secret : List.of("HANDSHAKE_API_KEY", "REVALIDATION_SECRET", "CALLBACK_SECRET")) {
            List<String> values = compose.path("services").findValuesAsText(secret);

            assertThat(values)
                    .as(secret)
                    .isNotEmpty()
                    .allSatisfy(value -> assertThat(value)
                            .matches("\\$\\{" + secret
                                    + ":\\?make .* with openssl rand -hex 32 and put it into \\.env as " + secret
                                    + "=\\.\\.\\.}"));
        }
    }

    @Test
    void aServiceIsCheckedAndPublishedOnThePortThatItListensOn() {
        for (String service : JAVA_SERVICES) {
            String port = of(service).path("environment").path("SERVER_PORT").asText();

            assertThat(of(service).path("healthcheck").path("test").toString())
                    .contains("http://127.0.0.1:" + port + "/actuator/health/readiness");
            assertThat(of(service).path("ports").path(0).asText()).endsWith(":" + port);
            assertThat(arguments(stage(service), "EXPOSE")).containsExactly(port);
        }
    }

    @Test
    void redisKeepsWhatItAcknowledgedAndEvictsNothing() {
        assertThat(of("redis").path("command").asText())
                .contains("--appendonly yes", "--appendfsync everysec", "--maxmemory-policy noeviction");
        assertThat(of("redis").path("volumes").path(0).asText()).isEqualTo("redis-data:/data");
        assertThat(compose.path("volumes").has("redis-data")).isTrue();
        assertThat(of("redis").has("ports")).isFalse();
    }

    @Test
    void noServiceRunsWithoutAHealthcheck() {
        compose.path("services")
                .properties()
                .forEach(service -> assertThat(service.getValue()
                                .path("healthcheck")
                                .path("test")
                                .path(0)
                                .asText("NONE"))
                        .as(service.getKey())
                        .startsWith("CMD"));
    }

    @Test
    void whoeverBuildsAnImageRunsItAsSomebodyElseThanRoot() {
        for (String service : built()) {
            assertThat(arguments(stage(service), "USER"))
                    .as(service)
                    .isNotEmpty()
                    .last()
                    .asString()
                    .doesNotMatch("(root|0)(:.*)?");
        }
    }

    @Test
    void sigtermReachesTheProcessAndHasTimeToWork() {
        for (String service : built()) {
            assertThat(arguments(stage(service), "ENTRYPOINT"))
                    .as(service)
                    .singleElement()
                    .asString()
                    .startsWith("[\"");
            assertThat(of(service).path("stop_grace_period").asText()).isEqualTo("35s");
        }
    }

    @Test
    void theJvmIsGivenWhatItsMemoryWasMeasuredWith() {
        for (String service : JAVA_SERVICES) {
            List<String> command = new ArrayList<>(List.of("java"));
            command.addAll(JvmCommand.OPTIONS);
            command.addAll(List.of("-jar", "app.jar"));

            JsonNode entrypoint =
                    YamlFile.parse(arguments(stage(service), "ENTRYPOINT").getFirst());
            assertThat(JSON.convertValue(entrypoint, String[].class)).containsExactlyElementsOf(command);
        }
    }

    @Test
    void aDockerfileCopiesOnlyWhatIsThere() {
        for (String service : built()) {
            if (isHere(dockerfile(service).getParent())) {
                assertThat(copied(service))
                        .as(service)
                        .isNotEmpty()
                        .allSatisfy(source -> assertThat(ROOT.resolve(source)).exists());
            }
        }
    }

    @Test
    void aServicesBuildHasTheBuildFileOfEveryModule() {
        List<String> modules = matches("<module>([^<]+)</module>", read(ROOT.resolve("pom.xml")))
                .map(module -> module.group(1))
                .toList();

        for (String service : JAVA_SERVICES) {
            Set<String> copied = copied(service).stream()
                    .map(source -> source.replaceFirst("/(pom\\.xml)?$", ""))
                    .collect(Collectors.toSet());
            assertThat(copied).as(service).containsAll(modules);
        }
    }

    private JsonNode of(String service) {
        return compose.path("services").path(service);
    }

    private Set<String> variables(String service) {
        Set<String> names = new TreeSet<>();
        of(service).path("environment").fieldNames().forEachRemaining(names::add);
        assertThat(names).as(service).isNotEmpty();
        return names;
    }

    private List<String> built() {
        return compose.path("services").properties().stream()
                .filter(service -> service.getValue().has("build"))
                .map(Map.Entry::getKey)
                .toList();
    }

    private Path dockerfile(String service) {
        return ROOT.resolve(of(service).path("build").path("dockerfile").asText());
    }

    /** The instructions of the stage that becomes the service's image: the target, or else the last one. */
    private List<String> stage(String service) {
        Map<String, List<String>> stages = new HashMap<>();
        String stage = "";
        for (String instruction : instructions(dockerfile(service))) {
            if (instruction.startsWith("FROM ")) {
                stage = instruction.contains(" AS ") ? instruction.replaceFirst(".* AS ", "") : "";
            }
            stages.computeIfAbsent(stage, name -> new ArrayList<>()).add(instruction);
        }
        return stages.getOrDefault(of(service).path("build").path("target").asText(stage), List.of());
    }

    private List<String> copied(String service) {
        return arguments(instructions(dockerfile(service)), "COPY").stream()
                .filter(arguments -> !arguments.contains("--from="))
                .map(arguments -> List.of(arguments.split(" ")))
                .flatMap(paths -> paths.subList(0, paths.size() - 1).stream())
                .toList();
    }

    private static List<String> arguments(List<String> instructions, String name) {
        return instructions.stream()
                .filter(instruction -> instruction.startsWith(name + " "))
                .map(instruction -> instruction.substring(name.length() + 1).strip())
                .toList();
    }

    private static List<String> instructions(Path dockerfile) {
        return read(dockerfile)
                .replaceAll("(?m)^#.*\n", "")
                .replaceAll("\\\\\n\\s*", "")
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    /** Whether a Dockerfile has beside it what it builds. */
    private static boolean isHere(Path module) {
        return Files.exists(module.resolve("pom.xml")) || Files.exists(module.resolve("package.json"));
    }

    private static Set<String> words(Path module) {
        Set<String> words = new TreeSet<>();
        for (Path part : children(module)) {
            if (!NOT_SOURCES.contains(part.getFileName().toString())) {
                for (Path source : sourcesIn(part)) {
                    matches("[A-Z][A-Z_]+", read(source))
                            .map(MatchResult::group)
                            .forEach(words::add);
                }
            }
        }
        return words;
    }

    private static List<Path> children(Path directory) {
        try (Stream<Path> children = Files.list(directory)) {
            return children.toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static List<Path> sourcesIn(Path part) {
        try (Stream<Path> files = Files.walk(part)) {
            return files.filter(file -> file.toString().matches(".*\\.(m?js|tsx?)"))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Stream<String> cells(String pattern) {
        return matches("(?m)^\\| " + pattern + " ", read(ROOT.resolve("docs/settings.md")))
                .map(row -> row.group(1));
    }

    private static String inTheEnvironment(String setting) {
        return setting.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    private static Stream<MatchResult> matches(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
