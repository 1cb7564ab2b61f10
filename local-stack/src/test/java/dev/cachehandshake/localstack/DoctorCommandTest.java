package dev.cachehandshake.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.localredis.FreePorts;
import dev.cachehandshake.localredis.LocalRedis;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import picocli.CommandLine;

/** As {@code ./handshake doctor} runs it. */
@ExtendWith(OutputCaptureExtension.class)
class DoctorCommandTest {
    private static final LocalRedis SERVER = LocalRedis.start();
    private static final RedisClient CLIENT = RedisClient.create(SERVER.url());

    private final RedisCommands<String, String> redis = CLIENT.connect().sync();

    @TempDir
    private Path state;

    @AfterAll
    static void stop() {
        CLIENT.shutdown();
        SERVER.close();
    }

    @BeforeEach
    void emptyServer() {
        redis.flushall();
    }

    private int doctor(String... more) {
        CommandLine command = new CommandLine(new HandshakeCommand());
        String[] arguments = new String[more.length + 3];
        arguments[0] = "doctor";
        arguments[1] = "--state";
        arguments[2] = state.toString();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return command.execute(arguments);
    }

    private static String as(String user) {
        return "redis://" + user + ":topsecret@127.0.0.1:" + SERVER.port();
    }

    @Test
    void aHealthySystemEndsWithZero(CapturedOutput output) {
        assertThat(doctor("--redis", SERVER.url())).isZero();

        assertThat(output.getOut())
                .startsWith("Looking at Redis at 127.0.0.1:" + SERVER.port() + " ...")
                .contains("Healthy: nothing is lost, misplaced or left behind.");
        assertThat(output.getErr()).isEmpty();
    }

    @Test
    void aFindingEndsWithOneAndSaysWhatToDo(CapturedOutput output) {
        // given
        redis.set("revalidation:x", "1");
        redis.set("revalidation:y z", "1");

        // when, then
        assertThat(doctor("--redis", SERVER.url(), "--show", "1")).isEqualTo(1);
        assertThat(output.getOut())
                .contains(
                        "OWNERLESS (2): a key under our prefixes",
                        "a string without a time to live",
                        "and 1 more; --show 0 lists all",
                        "redis-cli DEL ")
                .doesNotContain("Healthy");
    }

    @Test
    void theRedisOfTheStackIsLookedAtWhereNoneIsNamed(CapturedOutput output) throws IOException {
        // given the file that up writes
        Files.writeString(state.resolve("local.env"), "# comment\nREDIS_URL=" + SERVER.url() + "\n");

        // when, then
        assertThat(doctor()).isZero();
        assertThat(output.getOut()).contains("127.0.0.1:" + SERVER.port());
    }

    @Test
    void withoutAnyRedisItSaysHowToNameOne(CapturedOutput output) {
        assertThat(doctor()).isEqualTo(3);

        assertThat(output.getErr().lines())
                .singleElement()
                .asString()
                .contains("which Redis?", state.toString(), "--redis URL");
    }

    @Test
    void aRedisThatIsNotReachedIsOneLineWithoutThePassword(CapturedOutput output) {
        int port = FreePorts.one();

        assertThat(doctor("--redis", "redis://me:topsecret@127.0.0.1:" + port)).isEqualTo(3);

        assertThat(output.getErr().lines())
                .singleElement()
                .asString()
                .contains("Redis at 127.0.0.1:" + port + " is not reached")
                .doesNotContain("topsecret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"me:topsecret@localhost", "redis://me:topsecret@localhost:port", "http://topsecret"})
    void aUrlThatIsNoneIsNotShown(String url, CapturedOutput output) {
        assertThat(doctor("--redis", url)).isEqualTo(3);

        assertThat(output.getErr().lines())
                .singleElement()
                .asString()
                .contains("redis://user:password@host:6379")
                .doesNotContain("topsecret");
    }

    @Test
    void aUserWhoMayReadSeesAllButSizes(CapturedOutput output) {
        // given, as on a managed server
        redis.aclSetuser(
                "reader",
                AclSetuserArgs.Builder.on()
                        .addPassword("topsecret")
                        .keyPattern("revalidation:*")
                        .keyPattern("circuit:*")
                        .addCategory(io.lettuce.core.AclCategory.READ)
                        .addCategory(io.lettuce.core.AclCategory.CONNECTION)
                        .addCommand(CommandType.EVAL)
                        .addCommand(CommandType.TIME)
                        .removeCommand(CommandType.MEMORY)
                        .removeCommand(CommandType.INFO));
        redis.hset("revalidation:a:status", "state", "completed");
        redis.expire("revalidation:a:status", 60);

        // when, then
        assertThat(doctor("--redis", as("reader"))).isZero();
        assertThat(output.getOut()).contains("unknown in all; of ours unknown, for MEMORY USAGE is not allowed");
    }

    @Test
    void aUserWhoMayNotLookIsToldWhatItTakes(CapturedOutput output) {
        redis.aclSetuser(
                "nobody",
                AclSetuserArgs.Builder.on()
                        .addPassword("topsecret")
                        .addCategory(io.lettuce.core.AclCategory.CONNECTION));

        assertThat(doctor("--redis", as("nobody"))).isEqualTo(3);

        assertThat(output.getErr().lines())
                .singleElement()
                .asString()
                .contains("does not let itself be looked at", "+@read", "NOPERM");
    }

    @Test
    void helpSaysWhatTheExitCodesMean(CapturedOutput output) {
        assertThat(doctor("--help")).isZero();

        assertThat(output.getOut()).contains("Writes nothing", "--redis=URL", "It has found something.");
    }
}
