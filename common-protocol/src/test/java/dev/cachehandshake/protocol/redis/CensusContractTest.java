package dev.cachehandshake.protocol.redis;

import static dev.cachehandshake.protocol.DeliveryClass.LOW;
import static dev.cachehandshake.protocol.DeliveryClass.NORMAL;
import static dev.cachehandshake.protocol.DeliveryClass.URGENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.store.Census;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.store.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Counting, and what came after an opaque version. */
class CensusContractTest extends RefereeContract {
    private List<String> successorsOf(String id) {
        return store.successorsOf(view(id)).stream()
                .map(HandshakeView::id)
                .map(Object::toString)
                .toList();
    }

    private void publishOpaque(String id, String slug) {
        publish(Jobs.post(id, slug, "\"hash-" + id + "\""));
    }

    @Test
    void anEmptyRedisHasNothing() {
        Census census = store.census();

        assertThat(census.byState()).hasSize(HandshakeState.values().length);
        assertThat(census.byState().values()).containsOnly(0L);
        assertThat(census.waiting()).containsOnly(entry(NORMAL, 0L), entry(URGENT, 0L), entry(LOW, 0L));
        assertThat(census.scheduled()).isZero();
        assertThat(census.oldestWaiting()).containsEntry(NORMAL, Duration.ZERO);
    }

    @Test
    void countsByState() {
        settle(publishAndClaim("failed"), new Settlement.Rejected("no", false));
        settle(publishAndClaim("simulated"), new Settlement.Simulated());
        awaiting("completed");
        confirm("completed", fresh());
        awaiting("acknowledged");
        settle(publishAndClaim("retrying"), retry());
        publishAndClaim("leased");
        publish("queued");

        assertThat(store.census().byState())
                .isEqualTo(Map.of(
                        HandshakeState.PENDING, 3L,
                        HandshakeState.ACKNOWLEDGED, 1L,
                        HandshakeState.COMPLETED, 1L,
                        HandshakeState.FAILED, 1L,
                        HandshakeState.SIMULATED, 1L));
        assertThat(store.census().waiting()).containsEntry(NORMAL, 1L);
    }

    @Test
    void aLiftedOneIsCountedOnce() {
        awaiting("a", accepted(1, false));
        sweepAfter(CALLBACK_WITHIN);
        confirm("a", fresh());

        assertThat(store.census().byState())
                .containsEntry(HandshakeState.FAILED, 0L)
                .containsEntry(HandshakeState.COMPLETED, 1L);
    }

    @Test
    void waitingIsInBothLists() {
        store.handBack(List.of(publishAndClaim("a")));
        publish("b");

        assertThat(store.census().waiting()).containsEntry(NORMAL, 2L);
    }

    @Test
    void theOldestIsTheOlderOfTheTwoHeads() {
        Lease handedBack = publishAndClaim("a");
        publish("b");
        clock.step(Duration.ofSeconds(10));
        store.handBack(List.of(handedBack));
        clock.step(Duration.ofSeconds(5));

        assertThat(store.census().oldestWaiting()).containsEntry(NORMAL, Duration.ofSeconds(15));
    }

    @Test
    void oneThatWaitsAgainHasWaitedSinceThen() {
        settle(publishAndClaim("a"), retry());
        sweepAfter(DELAY);
        clock.step(Duration.ofSeconds(5));

        assertThat(store.census().oldestWaiting()).containsEntry(NORMAL, Duration.ofSeconds(5));
    }

    @Test
    void aStrangersHeadHasWaitedSinceItsPublisherMadeIt() {
        foreignPush(Jobs.json("f", "f", ""));
        redis.hset(statusKey("f"), "created_at", Long.toString(clock.instant().getEpochSecond()));
        clock.step(Duration.ofSeconds(7));

        assertThat(store.census().oldestWaiting()).containsEntry(NORMAL, Duration.ofSeconds(7));
    }

    @Test
    void theAgeOfAStrangersHeadIsUnknown() {
        foreignPush("junk");
        assertThat(store.census().oldestWaiting()).containsEntry(NORMAL, Duration.ZERO);
        redis.del(RedisKeys.QUEUE);
        foreignPush(Jobs.json("f", "f", ""));
        assertThat(store.census().oldestWaiting()).containsEntry(NORMAL, Duration.ZERO);
        redis.set(statusKey("f"), "a text");
        assertThat(store.census().oldestWaiting()).containsEntry(NORMAL, Duration.ZERO);
    }

    @Test
    void writesNothing() {
        store.census();

        assertThat(redis.keys("*")).isEmpty();
    }

    @Test
    void successorsOfAnOpaqueVersionAreThoseOfTheSameEntryThatCameAfter() {
        publishOpaque("a", "hello");
        publishOpaque("other", "else");
        publishOpaque("b", "hello");
        publishOpaque("c", "hello");

        assertThat(successorsOf("a")).containsExactly("b", "c");
        assertThat(successorsOf("b")).containsExactly("c");
        assertThat(successorsOf("c")).isEmpty();
    }

    @Test
    void versionsWithAnOrderOfTheirOwnNeedNoSuccessors() {
        publish(Jobs.post("a", "hello", "1"));
        publish(Jobs.post("b", "hello", "2"));

        assertThat(successorsOf("a")).isEmpty();
        assertThat(redis.keys("revalidation:entry:*")).isEmpty();
    }

    @Test
    void successorsThatHaveExpiredAreLeftOut() {
        publishOpaque("a", "hello");
        publishOpaque("b", "hello");
        publishOpaque("c", "hello");
        redis.del(statusKey("b"));
        redis.zrem(RedisKeys.QUEUED_NORMAL, "b");
        redis.hincrby(RedisKeys.TALLY, "pending", -1);

        assertThat(successorsOf("a")).containsExactly("c");
    }

    @Test
    void onlyTheLastHundredOfAnEntryAreKept() {
        for (int i = 0; i < 102; i++) {
            publishOpaque("id" + i, "hello");
        }

        assertThat(redis.zcard(RedisKeys.entry("default:post:hello"))).isEqualTo(100);
        assertThat(redis.ttl(RedisKeys.entry("default:post:hello"))).isPositive();
        assertThat(successorsOf("id2")).hasSize(99);
        assertThat(successorsOf("id1")).as("too old to tell").isEmpty();
    }
}
