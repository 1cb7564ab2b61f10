package dev.cachehandshake.localstack.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.redis.RedisKeys;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What can be wrong with a handshake. */
class HandshakeFaultsTest extends ExaminationContract {
    private static final String LONG_AGO = "1700000000000";

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
}
