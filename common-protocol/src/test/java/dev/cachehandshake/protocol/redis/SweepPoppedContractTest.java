package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Popped;
import dev.cachehandshake.protocol.store.Sweep;
import dev.cachehandshake.protocol.store.SweepRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Finding what BLPOP took and nobody claimed, without looking through the backlog. */
class SweepPoppedContractTest extends RefereeContract {
    private static final RevalidationId A = new RevalidationId("a");

    private void pushForeign(int count) {
        for (int i = 0; i < count; i++) {
            foreignPush(Jobs.json("f" + i, "f", ""));
        }
    }

    /** Its element goes from the head, as when a worker dies with it, whatever stands in front. */
    private void lose(String id) {
        String element = redis.lrange(RedisKeys.QUEUE, 0, -1).stream()
                .filter(text -> text.contains("\"revalidation_id\":\"" + id + "\""))
                .findFirst()
                .orElseThrow();
        redis.lrem(RedisKeys.QUEUE, 1, element);
    }

    @Test
    void fromTheHeadOfALongerList() {
        List.of("a", "b", "c").forEach(this::publish);
        redis.lpop(RedisKeys.QUEUE);

        assertThat(sweep().popped()).isEqualTo(1);

        assertThat(lookIn("a")).isEqualTo(GRACE);
        assertThat(redis.zrange(RedisKeys.QUEUED_NORMAL, 0, -1)).containsExactly("b", "c");
    }

    @Test
    void fromAListThatIsEmptyNow() {
        publish("a");
        redis.lpop(RedisKeys.QUEUE);

        assertThat(sweep().popped()).isEqualTo(1);
        assertThat(sweepAfter(GRACE).rescues()).containsExactly(new Sweep.Rescue(A, Sweep.Cause.POPPED));
        assertThat(returns()).containsExactly("{\"seq\":2,\"revalidation_id\":\"a\"}");
        assertThat(claimOne("a").lost()).as("no lease was lost").isZero();
    }

    @Test
    void neverOneThatIsStillListed() {
        List.of("a", "b", "c").forEach(this::publish);

        for (int i = 0; i < 5; i++) {
            assertThat(sweepAfter(Duration.ofDays(1)).popped()).isZero();
        }
        assertThat(queue()).hasSize(3);
        assertThat(returns()).isEmpty();
    }

    @Test
    void withForeignElementsInFront() {
        publish("a");
        pushForeign(63);
        publish("b");
        redis.lpop(RedisKeys.QUEUE);

        assertThat(sweep().popped()).isEqualTo(1);
        assertThat(phase("b")).isEqualTo(Phase.QUEUED);
        assertThat(redis.zrange(RedisKeys.QUEUED_NORMAL, 0, -1)).containsExactly("b");
    }

    @Test
    void notWhileTooManyForeignElementsHideTheHeadAndThenAllTheSame() {
        publish("a");
        pushForeign(64);
        publish("b");
        redis.lpop(RedisKeys.QUEUE);

        assertThat(sweep().popped()).isZero();
        assertThat(redis.zscore(RedisKeys.QUEUED_NORMAL, "a")).isNotNull();

        redis.lpop(RedisKeys.QUEUE);
        assertThat(sweep().popped()).isEqualTo(1);
    }

    @Test
    void whenNothingButForeignElementsAreLeft() {
        publish("a");
        pushForeign(3);
        lose("a");

        assertThat(sweep().popped()).as("the whole list has been looked at").isEqualTo(1);
    }

    @Test
    void eachListByItsOwnHead() {
        Lease lease = publishAndClaim("a");
        publish("b");
        store.handBack(List.of(lease));
        assertThat(redis.zscore(RedisKeys.QUEUED_RETURNS, "a"))
                .as("a's sequence is past the head of the other list")
                .isGreaterThan(redis.zscore(RedisKeys.QUEUED_NORMAL, "b"));

        assertThat(sweep().popped()).isZero();
        redis.lpop(RedisKeys.RETURNS);
        assertThat(sweep().popped()).isEqualTo(1);
        assertThat(redis.zscore(RedisKeys.QUEUED_NORMAL, "b")).isNotNull();
    }

    @Test
    void whoHoldsItMayClaimItWithinTheGrace() {
        publish("a");
        String held = redis.lpop(RedisKeys.QUEUE);
        sweep();
        assertThat(sweepAfter(GRACE.minus(TICK)).rescues()).isEmpty();

        assertThat(claim(1, Optional.of(new Popped(held))).handshakes()).hasSize(1);

        assertThat(phase("a")).isEqualTo(Phase.LEASED);
        assertThat(sweepAfter(TICK).rescues()).isEmpty();
    }

    @Test
    void whoClaimsItTooLateGetsNothingWhenAnotherHasIt() {
        publish("a");
        String held = redis.lpop(RedisKeys.QUEUE);
        sweep();
        sweepAfter(GRACE);
        claimOne("a");

        assertThat(claim(1, Optional.of(new Popped(held))).handshakes()).isEmpty();
        assertThat(view("a").epoch()).isEqualTo(1);
    }

    @Test
    void aRescuedOneThatIsPoppedAndLostAgainIsFoundAgain() {
        publish("a");
        redis.lpop(RedisKeys.QUEUE);
        sweep();
        for (int i = 0; i < 10; i++) {
            assertThat(sweepAfter(GRACE).rescues()).hasSize(1);
            redis.lpop(RedisKeys.RETURNS);
            assertThat(sweep().popped()).isEqualTo(1);
        }
        sweepAfter(GRACE);
        claimOne("a");
    }

    @Test
    void looksAgainAtOnceWhenThereWereMoreThanItsLimit() {
        List.of("a", "b", "c").forEach(this::publish);
        redis.del(RedisKeys.QUEUE);

        Sweep first = store.sweep(new SweepRequest(2, GRACE, MAX_LOST));
        assertThat(first.popped()).isEqualTo(2);
        assertThat(first.nextLook()).hasValue(Duration.ZERO);
        Sweep second = store.sweep(new SweepRequest(2, GRACE, MAX_LOST));
        assertThat(second.popped()).isEqualTo(1);
        assertThat(second.nextLook()).hasValue(GRACE);
    }

    @Test
    void oneWhoseHashIsGoneIsForgotten() {
        publish("a");
        redis.lpop(RedisKeys.QUEUE);
        redis.del(statusKey("a"));
        redis.hset(RedisKeys.TALLY, "pending", "0");
        sweep();

        assertThat(sweepAfter(GRACE).rescues()).isEmpty();
        assertThat(redis.zcard(RedisKeys.DEADLINES)).isZero();
        assertThat(returns()).isEmpty();
    }
}
