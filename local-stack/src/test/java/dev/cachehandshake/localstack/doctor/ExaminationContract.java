package dev.cachehandshake.localstack.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.protocol.store.Roster;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of the examination share: a Redis, what happens in it, and how findings are held against what was expected. */
abstract class ExaminationContract {
    private static final LocalRedis SERVER = LocalRedis.start();
    static final RedisClient CLIENT = RedisClient.create(SERVER.url());
    private static final StatefulRedisConnection<String, String> CONNECTION =
            CLIENT.connect(new StringCodec(StandardCharsets.ISO_8859_1));
    static final Referee REFEREE = new Referee(CLIENT);

    final RedisCommands<String, String> redis = REFEREE.redis();
    final List<Runnable> betweenTheLooks = new ArrayList<>();

    @BeforeEach
    void emptyServer() {
        redis.flushall();
        REFEREE.roster = Roster.of("nextjs");
    }

    Diagnosis examine() throws InterruptedException {
        return new Examination(CONNECTION, () -> betweenTheLooks.forEach(Runnable::run)).examine();
    }

    /** The one fault that is found, and whose it is. */
    Finding finding() throws InterruptedException {
        Diagnosis diagnosis = examine();
        assertThat(diagnosis.isHealthy()).isFalse();
        assertThat(diagnosis.findings()).as(textOf(diagnosis)).hasSize(1);
        return diagnosis.findings().getFirst();
    }

    void assertFound(Fault fault, String... subjects) throws InterruptedException {
        Finding finding = finding();
        assertThat(finding.fault()).isEqualTo(fault);
        assertThat(finding.items()).extracting(Finding.Item::subject).containsExactlyInAnyOrder(subjects);
        assertThat(finding.items()).allSatisfy(item -> assertThat(item.detail()).isNotBlank());
    }

    void assertHealthy() throws InterruptedException {
        Diagnosis diagnosis = examine();
        assertThat(diagnosis.findings()).as(textOf(diagnosis)).isEmpty();
    }

    /** Runs what the doctor proposes as a shell would. */
    void obey(Finding finding) {
        String command =
                finding.fault().command(finding.items().getFirst().subject()).orElseThrow();
        try {
            // Pasted into a shell, in which redis-cli says what it was given.
            String cli = "redis-cli() { printf '%s\\n' \"$@\"; }; ";
            Process shell = new ProcessBuilder("bash", "-c", cli + command).start();
            String words = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(shell.waitFor()).isZero();
            dispatch(words.strip().split("\n"));
        } catch (IOException | InterruptedException notRun) {
            throw new AssertionError(notRun);
        }
    }

    void dispatch(String... words) {
        redis.eval("return redis.call(unpack(ARGV))", ScriptOutputType.MULTI, new String[0], words);
    }

    static String textOf(Diagnosis diagnosis) {
        return new DiagnosisText(diagnosis, 0).toString();
    }
}
