package dev.cachehandshake.localstack.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.protocol.redis.KeyFamily;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.wire.JobJson;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is well, and how it is looked at. */
class ExaminationTest extends ExaminationContract {
    private void oneOfEverything() {
        REFEREE.completed("completed");
        REFEREE.failed("failed");
        REFEREE.settle(REFEREE.claim("simulated"), new Settlement.Simulated());
        REFEREE.awaiting("awaiting");
        // Or the next one may be as old: both were accepted within a millisecond.
        redis.hincrby(RedisKeys.status("awaiting"), "accepted_at_ms", -1);
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
        assertThat(diagnosis.findings()).as(textOf(diagnosis)).isEmpty();
        assertThat(diagnosis.states())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("pending", 4L, "acknowledged", 1L, "completed", 1L, "failed", 1L, "simulated", 1L));
        assertThat(diagnosis.foreign()).isEqualTo(1);
        assertThat(diagnosis.list(QueueList.QUEUE)).isEqualTo(new ListSeen(4, 1, 1, 1, 1));
        assertThat(diagnosis.list(QueueList.RETURNS)).isEqualTo(new ListSeen(1, 1, 0, 0, 0));
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
            await().atMost(Duration.ofMinutes(1)).until(() -> busy.ended() > 200 && busy.covered() > 20);
            for (int look = 0; look < 15; look++) {
                int endedBefore = busy.ended();
                betweenTheLooks.clear();
                betweenTheLooks.add(() -> await().pollInterval(Duration.ofMillis(10))
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> busy.ended() > endedBefore + 20));

                Diagnosis diagnosis = examine();

                assertThat(diagnosis.findings()).as(textOf(diagnosis)).isEmpty();
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
        assertThat(diagnosis.list(QueueList.QUEUE).ours()).isEqualTo(2_345);
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
