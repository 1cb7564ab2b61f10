package dev.cachehandshake.localredis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRedisTest {
    @TempDir
    private Path directory;

    @Test
    void aStartedServerAnswers() throws IOException {
        try (LocalRedis redis = LocalRedis.start()) {
            assertThat(redis.url()).isEqualTo("redis://127.0.0.1:" + redis.port());
            assertThat(ask(redis, "SET greeting hello")).isEqualTo("+OK");
        }
    }

    @Test
    void theProcessIdIsThatOfTheServer() throws IOException {
        try (LocalRedis redis = LocalRedis.start()) {
            assertThat(ProcessHandle.of(redis.pid())
                            .orElseThrow()
                            .info()
                            .command()
                            .orElseThrow())
                    .contains("redis-server");
        }
    }

    @Test
    void acknowledgedWritesSurviveAKill() throws IOException {
        LocalRedisOptions options = LocalRedisOptions.durable().in(directory.resolve("a b"));
        try (LocalRedis redis = LocalRedis.start(options)) {
            int port = redis.port();
            assertThat(ask(redis, "SET kept yes")).isEqualTo("+OK");
            redis.kill();
            assertThat(redis.isAlive()).isFalse();
            redis.restart();
            assertThat(redis.port()).isEqualTo(port);
            assertThat(ask(redis, "GET kept")).isEqualTo("$3");
        }
    }

    @Test
    void oneThatIsRestartedEmptyKnowsNothingAnyMore() throws IOException {
        try (LocalRedis redis = LocalRedis.start(LocalRedisOptions.durable().in(directory))) {
            int port = redis.port();
            ask(redis, "SET kept yes");
            redis.restartEmpty();
            assertThat(redis.port()).isEqualTo(port);
            assertThat(ask(redis, "EXISTS kept")).isEqualTo(":0");
        }
    }

    @Test
    void aPausedServerAnswersNobodyUntilItIsResumed() throws IOException {
        try (LocalRedis redis = LocalRedis.start()) {
            redis.pause();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
                socket.setSoTimeout(200);
                socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

                redis.resume();
                socket.setSoTimeout(10_000);
                assertThat(socket.getInputStream().read()).isEqualTo('+');
            }
        }
    }

    @Test
    void aSentinelKnowsItsMaster() throws IOException {
        try (LocalRedis master = LocalRedis.start();
                LocalSentinel sentinel = LocalSentinel.start("mine", master.port(), 1, Duration.ofSeconds(1));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), sentinel.port())) {
            socket.getOutputStream()
                    .write("SENTINEL get-master-addr-by-name mine\r\n".getBytes(StandardCharsets.US_ASCII));
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(answer.lines().limit(5)).contains("127.0.0.1", Integer.toString(master.port()));
        }
    }

    @Test
    void aTakenPortIsSaidClearly() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();
            assertThatThrownBy(
                            () -> LocalRedis.start(LocalRedisOptions.inMemory().onPort(port)))
                    .isInstanceOf(LocalRedisException.class)
                    .hasMessageContaining("port " + port + " is taken");
        }
    }

    @Test
    void aServerThatEndsAtOnceShowsItsLog() {
        assertThatThrownBy(() -> LocalRedis.start(LocalRedisOptions.inMemory().with("no-such-setting yes")))
                .isInstanceOf(LocalRedisException.class)
                .hasMessageContaining("no-such-setting");
    }

    @Test
    void twoServersNeverShareADirectory() {
        LocalRedisOptions options = LocalRedisOptions.durable().in(directory);
        try (LocalRedis first = LocalRedis.start(options)) {
            assertThat(first.isAlive()).isTrue();
            assertThatThrownBy(() -> LocalRedis.start(options)).hasMessageContaining("stop it first");
        }
    }

    @Test
    void closingEndsTheProcessAndDeletesItsTemporaryDirectory() throws Exception {
        LocalRedis redis = LocalRedis.start(LocalRedisOptions.durable());
        Path temporary = redis.dataDirectory();
        assertThat(temporary).isDirectory();
        var ended = redis.onExit();
        redis.close();
        redis.close();
        assertThat(ended.get(5, TimeUnit.SECONDS)).isZero();
        assertThat(temporary).doesNotExist();
    }

    @Test
    void aServerThatAKilledJvmLeftInTheDirectoryIsStoppedFirst() throws Exception {
        // given a server whose JVM is gone: its pid file is there, and nobody holds the directory
        try (LocalRedis orphan = LocalRedis.start()) {
            ProcessHandle process = ProcessHandle.of(orphan.pid()).orElseThrow();
            Files.writeString(directory.resolve("redis.pid"), Orphans.note(process));

            // when
            LocalRedis.start(LocalRedisOptions.durable().in(directory)).close();

            // then
            assertThat(orphan.onExit().get(5, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void aProcessThatOnlyHasTheSameIdIsLeftAlone() throws Exception {
        try (LocalRedis another = LocalRedis.start()) {
            Files.writeString(directory.resolve("redis.pid"), another.pid() + " 1");

            LocalRedis.start(LocalRedisOptions.durable().in(directory)).close();

            assertThat(another.isAlive()).isTrue();
        }
    }

    private static String ask(LocalRedis redis, String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }
}
