package dev.cachehandshake.localstack.doctor;

import dev.cachehandshake.protocol.redis.RedisKeys;
import io.lettuce.core.ScriptOutputType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can be wrong with keys and counts. */
class KeyFaultsTest extends ExaminationContract {
    @Test
    void keysThatNobodyOwnsAreFoundByNameAndType() throws InterruptedException {
        redis.set("revalidation:x", "1");
        redis.sadd("circuit:half-open", "1");
        redis.set(RedisKeys.status("text"), "no hash");
        redis.eval("redis.call('SET', 'revalidation:\\255', '1')", ScriptOutputType.STATUS);

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
}
