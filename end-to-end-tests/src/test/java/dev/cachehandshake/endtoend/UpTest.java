package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.localredis.FreePorts;
import dev.cachehandshake.localredis.LocalRedis;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./handshake up --no-site}, as a person runs it. */
class UpTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    private Path state;

    private List<Integer> ports;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void choosePorts() {
        ports = FreePorts.several(4);
    }

    @AfterEach
    void stopAll() throws InterruptedException {
        for (Process stack : started) {
            stack.destroy();
            assertThat(stack.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aPublishedChangeCompletesAndCtrlCStopsEverything() throws Exception {
        // given
        Process stack = up();
        List<String> said = readUntil(stack, "Ctrl-C stops everything.");

        // then it says where everything is, and what to paste
        String key = localEnv().get("HANDSHAKE_API_KEY");
        assertThat(String.join("\n", said))
                .contains("publisher   http://localhost:" + ports.get(0))
                .contains("worker      http://localhost:" + ports.get(1))
                .contains("site        http://localhost:" + ports.get(2))
                .contains("curl -i -X POST http://localhost:" + ports.get(0) + "/api/content-updates")
                .contains("Authorization: Bearer " + key);
        assertThat(localEnv())
                .containsKeys("REVALIDATION_SECRET", "CALLBACK_SECRET", "REDIS_URL")
                .containsEntry("PUBLISHER_URL", "http://localhost:" + ports.get(0))
                .containsEntry("WORKER_URL", "http://localhost:" + ports.get(1))
                .containsEntry("SITE_URL", "http://localhost:" + ports.get(2));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("local.env"))))
                .isEqualTo("rw-------");

        // when
        Cms cms = new Cms(URI.create("http://localhost:" + ports.get(0)), key);
        cms.publish("up-1", 1);

        // then
        assertThat(cms.get("up-1", "?wait=PT30S").body())
                .contains("\"state\":\"completed\"")
                .contains("\"freshness\":\"fresh\"");

        // and the doctor finds nothing
        Process doctor = handshake("doctor");
        List<String> diagnosis = readAll(doctor);
        assertThat(doctor.waitFor()).as(diagnosis.toString()).isZero();
        assertThat(diagnosis)
                .contains("Healthy: nothing is lost, misplaced or left behind.")
                .noneMatch(line -> line.contains("WARN") || line.contains("DEBUG"));

        // when it is started once more beside it
        List<String> second = readAll(up());

        // then
        assertThat(second)
                .containsExactly("handshake: it is up already, in " + state
                        + ": stop the other one with Ctrl-C first, or give this one another --state DIR");

        // when
        List<ProcessHandle> children = stack.descendants().toList();
        assertThat(children).hasSizeGreaterThanOrEqualTo(3);
        interrupt(stack);

        // then
        assertThat(stack.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(children).noneMatch(ProcessHandle::isAlive);
        assertThat(ports).allMatch(FreePorts::isFree);
    }

    @Test
    void afterAKillTheNextRunStopsWhatWasLeftAndKeepsSecretsAndData() throws Exception {
        // given
        Process killed = up();
        readUntil(killed, "Ctrl-C stops everything.");
        Map<String, String> secrets = localEnv();
        Cms cms = new Cms(URI.create("http://localhost:" + ports.get(0)), secrets.get("HANDSHAKE_API_KEY"));
        cms.publish("before", 1);
        assertThat(cms.get("before", "?wait=PT30S").body()).contains("\"state\":\"completed\"");
        List<ProcessHandle> orphans = killed.descendants().toList();

        // when
        killed.destroyForcibly().waitFor();
        Process next = up();
        List<String> said = readUntil(next, "Ctrl-C stops everything.");

        // then
        assertThat(said).contains("handshake | what a killed run had left running was stopped");
        assertThat(orphans).noneMatch(ProcessHandle::isAlive);
        assertThat(localEnv()).containsEntry("HANDSHAKE_API_KEY", secrets.get("HANDSHAKE_API_KEY"));
        assertThat(cms.get("before", "").body()).contains("\"state\":\"completed\"");
    }

    @Test
    void aRedisOfYoursIsUsedInPlaceOfTheEmbeddedOne() throws Exception {
        try (LocalRedis yours = LocalRedis.start()) {
            // when
            Process stack = up("--redis", yours.url());
            List<String> said = readUntil(stack, "Ctrl-C stops everything.");
            Cms cms = new Cms(
                    URI.create("http://localhost:" + ports.get(0)), localEnv().get("HANDSHAKE_API_KEY"));
            cms.publish("yours-1", 1);

            // then
            assertThat(cms.get("yours-1", "?wait=PT30S").body()).contains("\"state\":\"completed\"");
            assertThat(localEnv()).containsEntry("REDIS_URL", yours.url());
            assertThat(said).noneMatch(line -> line.startsWith("redis "));
            assertThat(state.resolve("redis")).doesNotExist();
            interrupt(stack);
            assertThat(stack.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(yours.isAlive()).isTrue();
        }
    }

    @Test
    void aTakenPortIsOneLineWithTheWayOut() throws Exception {
        try (ServerSocket taken = new ServerSocket(ports.get(1), 1, InetAddress.getLoopbackAddress())) {
            Process stack = up();

            List<String> said = readAll(stack);

            assertThat(taken.isBound()).isTrue();
            assertThat(stack.waitFor()).isNotZero();
            assertThat(said)
                    .containsExactly("handshake: port " + ports.get(1) + " is taken, and the worker wants it: stop what"
                            + " listens there, or choose another with --worker-port N");
        }
    }

    @Test
    void theExampleSiteIsPublishedToInTheBackground() throws Exception {
        // given
        Process up = handshake(
                "up",
                "--detach",
                "--publisher-port",
                ports.get(0).toString(),
                "--worker-port",
                ports.get(1).toString(),
                "--site-port",
                ports.get(2).toString(),
                "--content-port",
                ports.get(3).toString());
        List<String> said = readAll(up);
        assertThat(up.waitFor()).as(said.toString()).isZero();
        try {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("up.log"))))
                    .as("it holds the API key")
                    .isEqualTo("rw-------");

            // when
            Process status = handshake("status");
            Process publish = handshake("publish", "hello-world");
            List<String> told = readAll(publish);

            // then
            assertThat(readAll(status)).hasSize(4).allMatch(line -> line.endsWith(" up"));
            assertThat(publish.waitFor()).as(told.toString()).isZero();
            assertThat(told.getFirst()).matches("edited +\".*\", now version \\d+");
            assertThat(told).anyMatch(line -> line.startsWith("completed "));
            assertThat(told.getLast()).matches("fresh +http://localhost:" + ports.get(2) + "/blog/hello-world");

            // when it is started once more
            Process second = handshake("up", "--detach");

            // then
            assertThat(readAll(second)).singleElement().asString().contains("it is up already");
        } finally {
            Process down = handshake("down");
            assertThat(readAll(down)).containsExactly("Stopped: calls under way were finished or handed back.");
        }
        assertThat(ports).allMatch(FreePorts::isFree);
        assertThat(readAll(handshake("down"))).containsExactly("Nothing was running.");
        assertThat(handshake("status").waitFor()).isEqualTo(3);
    }

    @Test
    void withoutNodeItSaysHowToGetItAndWhatWorksWithout() throws Exception {
        Process up = onPath("/nowhere", "up", "--site-port", ports.get(2).toString());

        assertThat(readAll(up))
                .singleElement()
                .asString()
                .contains("the example site needs Node 20.9 or newer")
                .contains("./handshake up --no-site");
        assertThat(up.waitFor()).isNotZero();
    }

    private Process handshake(String... arguments) throws IOException {
        return onPath(System.getenv("PATH"), arguments);
    }

    private Process onPath(String path, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", jar().toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--home", "..", "--state", state.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", path);
        return builder.start();
    }

    private Process up(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-jar",
                jar().toString(),
                "up",
                "--no-site",
                "--home",
                "..",
                "--state",
                state.toString(),
                "--publisher-port",
                ports.get(0).toString(),
                "--worker-port",
                ports.get(1).toString(),
                "--site-port",
                ports.get(2).toString()));
        command.addAll(List.of(more));
        Process stack = new ProcessBuilder(command).redirectErrorStream(true).start();
        started.add(stack);
        return stack;
    }

    private static Path jar() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("..", "local-stack", "target"))) {
            return files.filter(file -> file.toString().endsWith("-exec.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Goes on reading afterwards, so that the stack never waits for a reader. */
    private static List<String> readUntil(Process stack, String last) {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        Thread.ofPlatform().daemon().start(() -> {
            try {
                reader(stack).lines().forEach(lines::add);
            } catch (UncheckedIOException closed) {
                lines.add("(its output was closed)");
            }
        });
        await().atMost(LONG).until(() -> lines.contains(last) || !stack.isAlive());
        assertThat(lines).contains(last);
        return List.copyOf(lines);
    }

    private static List<String> readAll(Process stack) {
        return reader(stack).lines().toList();
    }

    private static BufferedReader reader(Process stack) {
        return new BufferedReader(new InputStreamReader(stack.getInputStream(), StandardCharsets.UTF_8));
    }

    private Map<String, String> localEnv() throws IOException {
        return Files.readAllLines(state.resolve("local.env")).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    /** As Ctrl-C does. */
    private static void interrupt(Process stack) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(stack.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
