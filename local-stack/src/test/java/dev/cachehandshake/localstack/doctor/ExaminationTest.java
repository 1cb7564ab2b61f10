package dev.cachehandshake.localstack.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.protocol.redis.KeyFamily;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.wire.JobJson;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExaminationTest {
    private static final LocalRedis SERVER = LocalRedis.start();
    private static final RedisClient CLIENT = RedisClient.create(SERVER.url());
    private static final StatefulRedisConnection<String, String> CONNECTION =
            CLIENT.connect(new StringCodec(StandardCharsets.ISO_8859_1));
    private static final Referee REFEREE = new Referee(CLIENT);
    private static final String LONG_AGO = "1700000000000";

    private final RedisCommands<String, String> redis = REFEREE.redis();
    private final List<Runnable> betweenTheLooks = new ArrayList<>();

    @AfterAll
    static void stop() {
        CLIENT.shutdown();
        SERVER.close();
    }

    @BeforeEach
    void emptyServer() {
        redis.flushall();
    }

    private Diagnosis examine() throws InterruptedException {
        return new Examination(CONNECTION, () -> betweenTheLooks.forEach(Runnable::run)).examine();
    }

    /** The one fault that is found, and whose it is. */
    private Finding finding() throws InterruptedException {
        Diagnosis diagnosis = examine();
        assertThat(diagnosis.isHealthy()).isFalse();
        assertThat(diagnosis.findings())
                .as(new DiagnosisText(diagnosis, 0).toString())
                .hasSize(1);
        return diagnosis.findings().getFirst();
    }

    private void assertFound(Fault fault, String... subjects) throws InterruptedException {
        Finding finding = finding();
        assertThat(finding.fault()).isEqualTo(fault);
        assertThat(finding.items()).extracting(Finding.Item::subject).containsExactlyInAnyOrder(subjects);
        assertThat(finding.items()).allSatisfy(item -> assertThat(item.detail()).isNotBlank());
    }

    private void assertHealthy() throws InterruptedException {
        assertThat(examine().findings()).isEmpty();
    }

    /** Runs what the doctor proposes as a shell would. */
    private void obey(Finding finding) {
        String command =
                finding.fault().command(finding.items().getFirst().subject()).orElseThrow();
        try {
            // Pasted into a shell, in which redis-cli says what it was given.
            String cli = "redis-cli() { printf '%s\\n' \"$@\"; }; ";
            Process shell = new ProcessBuilder("bash", "-c", cli + command).start();
            String words = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(shell.waitFor()).isZero();
            dispatch(words.strip().split("\n"));
        } catch (java.io.IOException | InterruptedException notRun) {
            throw new AssertionError(notRun);
        }
    }

    private void dispatch(String... words) {
        redis.eval("return redis.call(unpack(ARGV))", io.lettuce.core.ScriptOutputType.MULTI, new String[0], words);
    }

    private void oneOfEverything() {
        REFEREE.completed("completed");
        REFEREE.failed("failed");
        REFEREE.settle(REFEREE.claim("simulated"), new Settlement.Simulated());
        REFEREE.awaiting("awaiting");
        REFEREE.settle(REFEREE.claim("retry"), new Settlement.Retry("503", Duration.ofMinutes(5), 3, false));
        REFEREE.handBack(REFEREE.claim("returned"));
        REFEREE.publish("popped");
        redis.lpop(RedisKeys.QUEUE);
        REFEREE.publish(JobJson.read(Referee.json("queued", ",\"version\":\"v1\"")));
        redis.rpush(RedisKeys.QUEUE, "junk", Referee.json("foreign", ""), Referee.json("completed", ""));
        redis.hset(RedisKeys.status("foreign"), Map.of("state", "pending", "attempts", "0", "created_at", "1"));
        redis.setex("revalidation:complete:queued", 3_600, "1");
        redis.setex("circuit:open:nextjs", 30, "failures");
        redis.set("circuit:open:forced-without-an-end", "forced");
        REFEREE.holdSite();
        redis.set("of another program", "1");
    }

    // --- what is well ---

    @Test
    void anEmptyRedisIsHealthy() throws InterruptedException {
        Diagnosis diagnosis = examine();

        assertThat(diagnosis.isHealthy()).isTrue();
        assertThat(diagnosis.oldest()).isEmpty();
        assertThat(new DiagnosisText(diagnosis, 10).toString())
                .contains("pending 0, acknowledged 0", "oldest open none", "Healthy: nothing is lost");
    }

    @Test
    void handshakesOfEveryPhaseAreHealthyAndCounted() throws InterruptedException {
        // given
        oneOfEverything();

        // when
        Diagnosis diagnosis = examine();

        // then
        assertThat(diagnosis.findings())
                .as(new DiagnosisText(diagnosis, 0).toString())
                .isEmpty();
        assertThat(diagnosis.states())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("pending", 4L, "acknowledged", 1L, "completed", 1L, "failed", 1L, "simulated", 1L));
        assertThat(diagnosis.foreign()).isEqualTo(1);
        assertThat(diagnosis.queue()).isEqualTo(new ListSeen(4, 1, 1, 1, 1));
        assertThat(diagnosis.returns()).isEqualTo(new ListSeen(1, 1, 0, 0, 0));
        assertThat(diagnosis.oldest().orElseThrow().id()).isEqualTo("awaiting");
        assertThat(diagnosis.entries())
                .containsEntry(KeyFamily.QUEUED_NORMAL, 2L)
                .containsEntry(KeyFamily.QUEUED_RETURNS, 1L)
                .containsEntry(KeyFamily.FAILED, 1L);
        assertThat(diagnosis.sizes().get(KeyFamily.STATUS).keys()).isEqualTo(9);
        assertThat(diagnosis.sizes().get(KeyFamily.STATUS).average()).isBetween(100.0, 10_000.0);
        assertThat(diagnosis.sizes().get(KeyFamily.ENTRY).keys()).isEqualTo(1);
        assertThat(diagnosis.sizes().get(KeyFamily.HOLD).keys()).isEqualTo(3);
        assertThat(diagnosis.server().version()).isPresent();
        assertThat(new DiagnosisText(diagnosis, 10).toString())
                .contains(
                        "pending 4, acknowledged 1, foreign and not claimed yet 1",
                        "awaiting, awaiting, accepted 0 s ago",
                        "4 elements: waiting 1, foreign 1, ghosts (harmless) 1, no jobs 1",
                        "tally       fits");
    }

    @Test
    void aBusySystemIsHealthyHoweverOftenItIsLookedAt() throws Exception {
        try (BusySystem busy = new BusySystem(CLIENT)) {
            await().atMost(Duration.ofMinutes(1)).until(() -> busy.ended() > 200);
            for (int look = 0; look < 15; look++) {
                int endedBefore = busy.ended();
                betweenTheLooks.clear();
                betweenTheLooks.add(() -> await().pollInterval(Duration.ofMillis(10))
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> busy.ended() > endedBefore + 20));

                Diagnosis diagnosis = examine();

                assertThat(diagnosis.findings())
                        .as(new DiagnosisText(diagnosis, 0).toString())
                        .isEmpty();
                assertThat(diagnosis.sizes().get(KeyFamily.STATUS).keys()).isGreaterThan(200);
            }
            assertThat(busy.published()).isGreaterThan(1_000);
        }
    }

    @Test
    void itOnlyReads() throws InterruptedException {
        // given something of everything, and something to look at twice
        oneOfEverything();
        REFEREE.publish("lost");
        redis.zrem(RedisKeys.QUEUED_NORMAL, "lost");
        redis.configResetstat();

        // when
        examine();

        // then
        Set<String> given = Pattern.compile("cmdstat_([a-z|]+):")
                .matcher(redis.info("commandstats"))
                .results()
                .map(command -> command.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(given)
                .contains("scan", "eval")
                .isSubsetOf(
                        "scan",
                        "type",
                        "pttl",
                        "eval",
                        "zscan",
                        "zcard",
                        "hmget",
                        "hget",
                        "zscore",
                        "lrange",
                        "time",
                        "memory",
                        "memory|usage",
                        "info",
                        "config",
                        "config|resetstat");
    }

    @Test
    void whatDoesNotFitIntoOneBiteIsSeenWhole() throws InterruptedException {
        // given
        for (int i = 0; i < 2_345; i++) {
            REFEREE.publish("many-" + i);
        }

        // when
        Diagnosis diagnosis = examine();

        // then
        assertThat(diagnosis.findings()).isEmpty();
        assertThat(diagnosis.tally().pending()).isEqualTo(2_345);
        assertThat(diagnosis.queue().ours()).isEqualTo(2_345);
    }

    // --- what is not ---

    @Test
    void anOpenHandshakeInNoIndexIsLostAndFoundAgainByTheCommandThatIsProposed() throws InterruptedException {
        // given one in each phase
        REFEREE.publish("queued");
        redis.lpop(RedisKeys.QUEUE);
        redis.zrem(RedisKeys.QUEUED_NORMAL, "queued");
        REFEREE.awaiting("it's awaiting");
        redis.zrem(RedisKeys.DEADLINES, "it's awaiting");

        // when
        assertFound(Fault.LOST, "queued", "it's awaiting");
        for (Finding.Item item : finding().items()) {
            obey(new Finding(Fault.LOST, List.of(item), false));
        }
        REFEREE.sweep();

        // then
        assertHealthy();
        assertThat(redis.llen(RedisKeys.RETURNS)).isEqualTo(2);
    }

    @Test
    void anIndexEntryWithoutAHashIsFoundInEachIndex() throws InterruptedException {
        redis.zadd(RedisKeys.QUEUED_NORMAL, 1, "a");
        redis.zadd(RedisKeys.QUEUED_RETURNS, 1, "b");
        REFEREE.claim("c");
        redis.del(RedisKeys.status("c"));
        redis.hdel(RedisKeys.TALLY, "pending");

        assertFound(Fault.HASHLESS, "a", "b", "c");
    }

    @Test
    void aHashThatAStrangerMadeAnewIsNoHashOfOurs() throws InterruptedException {
        REFEREE.claim("a");
        redis.del(RedisKeys.status("a"));
        redis.hset(RedisKeys.status("a"), "state", "pending");
        redis.hdel(RedisKeys.TALLY, "pending");

        assertFound(Fault.HASHLESS, "a");
    }

    @Test
    void anExpiredFailureIsNoFault() throws InterruptedException {
        REFEREE.failed("a");
        redis.del(RedisKeys.status("a"));
        redis.zrem(RedisKeys.DEADLINES, "a");

        Diagnosis diagnosis = examine();

        assertThat(diagnosis.findings()).isEmpty();
        assertThat(diagnosis.forgotten()).isEqualTo(1);
        assertThat(new DiagnosisText(diagnosis, 10).toString()).contains("failed 1 (1 of them expired)");
    }

    @Test
    void aHandshakeInTwoIndexesOrInTheWrongOneIsMisplaced() throws InterruptedException {
        // given
        REFEREE.publish("twice");
        redis.zadd(RedisKeys.DEADLINES, 9e12, "twice");
        REFEREE.publish("other list");
        redis.zrem(RedisKeys.QUEUED_NORMAL, "other list");
        redis.zadd(RedisKeys.QUEUED_RETURNS, 1, "other list");
        redis.del(RedisKeys.QUEUE);
        REFEREE.awaiting("wrong phase");
        redis.zrem(RedisKeys.DEADLINES, "wrong phase");
        redis.zadd(RedisKeys.QUEUED_NORMAL, 1, "wrong phase");
        REFEREE.completed("ended");
        redis.zadd(RedisKeys.QUEUED_NORMAL, 1, "ended");

        // then
        assertFound(Fault.MISPLACED, "twice", "other list", "wrong phase", "ended");
    }

    @Test
    void whatIsDueForLongAndNotLookedAtIsOverdue() throws InterruptedException {
        REFEREE.awaiting("a");
        redis.zadd(RedisKeys.DEADLINES, 1, "a");
        REFEREE.awaiting("in time");

        assertFound(Fault.OVERDUE, "a");
    }

    @Test
    void anOpenHandshakeThatIsToExpireIsFoundAndTheCommandTakesThatAway() throws InterruptedException {
        REFEREE.publish("a");
        redis.expire(RedisKeys.status("a"), 3_600);

        assertFound(Fault.EXPIRING, "a");
        obey(finding());
        assertHealthy();
    }

    @Test
    void anEndedHandshakeThatIsKeptForEverIsFoundAndTheCommandEndsThat() throws InterruptedException {
        // given
        REFEREE.completed("a");
        redis.persist(RedisKeys.status("a"));

        // then the sweeper has its time first
        assertHealthy();
        redis.hset(RedisKeys.status("a"), "finished_at_ms", LONG_AGO);
        assertFound(Fault.ENDLESS, "a");
        obey(finding());
        assertHealthy();
    }

    @Test
    void anOldHashOfAnotherWorkerThatIsKeptForEverIsFound() throws InterruptedException {
        redis.hset(RedisKeys.status("old"), "state", "completed");
        redis.hset(RedisKeys.status("expires"), "state", "completed");
        redis.expire(RedisKeys.status("expires"), 60);

        assertFound(Fault.ENDLESS, "old");
    }

    @Test
    void aFailureThatIsNotListedIsFoundAndTheCommandListsIt() throws InterruptedException {
        REFEREE.failed("a");
        String failedAt = redis.hget(RedisKeys.status("a"), "finished_at_ms");
        redis.zrem(RedisKeys.FAILED, "a");

        assertFound(Fault.UNLISTED, "a");
        String command = finding().fault().command("a").orElseThrow();
        assertThat(command)
                .isEqualTo(
                        "redis-cli ZADD revalidation:failed $(redis-cli HGET revalidation:a:status finished_at_ms) a");
        dispatch("ZADD", RedisKeys.FAILED, failedAt, "a");
        redis.expire(RedisKeys.FAILED, 60);
        assertHealthy();
    }

    @Test
    void aForeignJobThatIsInNoListAndWasNeverClaimedIsLost() throws InterruptedException {
        // given one that waits, and one that a worker took along
        for (String id : List.of("waits", "lost", "returned")) {
            redis.hset(RedisKeys.status(id), Map.of("state", "pending", "attempts", "0", "created_at", "1"));
        }
        redis.rpush(RedisKeys.QUEUE, " {\"slug\":\"x\",\"revalidation_id\" : \"waits\"}");
        redis.rpush(RedisKeys.RETURNS, Referee.json("returned", ""));

        // then
        assertFound(Fault.FOREIGN_LOST, "lost");
        obey(finding());
        assertHealthy();
    }

    @Test
    void keysThatNobodyOwnsAreFoundByNameAndType() throws InterruptedException {
        redis.set("revalidation:x", "1");
        redis.sadd("circuit:half-open", "1");
        redis.set(RedisKeys.status("text"), "no hash");
        redis.eval("redis.call('SET', 'revalidation:\\255', '1')", io.lettuce.core.ScriptOutputType.STATUS);

        assertFound(
                Fault.OWNERLESS, "revalidation:x", "circuit:half-open", "revalidation:text:status", "revalidation:ÿ");
    }

    @Test
    void keysThatShouldEndByThemselvesAndDoNotAreFound() throws InterruptedException {
        redis.set("revalidation:complete:a", "1");
        redis.zadd("revalidation:entry:default:post:a", 1, "a");
        redis.set("circuit:failures:nextjs", "1");
        REFEREE.failed("b");
        redis.persist(RedisKeys.FAILED);

        assertFound(
                Fault.ENDLESS_KEY,
                "revalidation:complete:a",
                "revalidation:entry:default:post:a",
                "circuit:failures:nextjs",
                RedisKeys.FAILED);
    }

    @Test
    void aKeyThatHasToStayAndIsToExpireIsFound() throws InterruptedException {
        REFEREE.publish("a");
        redis.expire(RedisKeys.QUEUE, 600);
        redis.expire(RedisKeys.QUEUED_NORMAL, 600);

        assertFound(Fault.EXPIRING_KEY, RedisKeys.QUEUE, RedisKeys.QUEUED_NORMAL);
    }

    @Test
    void aTallyThatIsOffIsFoundAndTheCommandsSetItRight() throws InterruptedException {
        // given
        REFEREE.publish("a");
        REFEREE.awaiting("b");
        redis.hincrby(RedisKeys.TALLY, "pending", 3);
        redis.hincrby(RedisKeys.TALLY, "acknowledged", -2);

        // when
        assertFound(Fault.MISCOUNTED, "pending -3", "acknowledged 2");
        for (Finding.Item item : finding().items()) {
            obey(new Finding(Fault.MISCOUNTED, List.of(item), false));
        }

        // then
        assertHealthy();
    }

    @Test
    void whatIsPutRightBetweenTheLooksIsNoFinding() throws InterruptedException {
        // given a fault of each kind that heals meanwhile
        REFEREE.awaiting("overdue");
        redis.zadd(RedisKeys.DEADLINES, 1, "overdue");
        REFEREE.publish("lost");
        redis.zrem(RedisKeys.QUEUED_NORMAL, "lost");
        redis.set("revalidation:x", "1");
        redis.set("circuit:failures:nextjs", "1");
        redis.hset(RedisKeys.status("pushed late"), Map.of("state", "pending"));
        betweenTheLooks.add(() -> {
            redis.zadd(RedisKeys.QUEUED_NORMAL, 1, "lost");
            redis.del("revalidation:x");
            redis.expire("circuit:failures:nextjs", 30);
            redis.rpush(RedisKeys.QUEUE, Referee.json("pushed late", ""));
            redis.zadd(RedisKeys.DEADLINES, 9e12, "overdue");
        });

        // when, then
        assertHealthy();
    }

    @Test
    void aRuinedSystemIsLookedAtTooAndOnlySoMuchOfItIsShown() throws InterruptedException {
        // given
        for (int i = 0; i < Suspects.MOST + 50; i++) {
            redis.zadd(RedisKeys.DEADLINES, 9e12, "gone-" + i);
        }

        // when
        Diagnosis diagnosis = examine();

        // then
        Finding finding = diagnosis.findings().getFirst();
        assertThat(finding.fault()).isEqualTo(Fault.HASHLESS);
        assertThat(finding.items()).hasSize(Suspects.MOST);
        assertThat(finding.more()).isTrue();
        assertThat(new DiagnosisText(diagnosis, 3).toString())
                .contains("HASHLESS (more than 10000)", "and 9997 more; --show 0 lists all");
    }
}
