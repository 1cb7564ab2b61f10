package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Popped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClaimContractTest extends RefereeContract {
    @Test
    void takesALeaseAndCountsAnAttempt() {
        publish("a");
        clock.step(Duration.ofSeconds(3));

        Claimed claimed = claimOne("a");

        long now = clock.millis();
        assertThat(claimed)
                .isEqualTo(new Claimed(
                        new Lease(new RevalidationId("a"), 1, "nonce1"),
                        1,
                        0,
                        0,
                        SteppableClock.START.toEpochMilli(),
                        now,
                        false,
                        Optional.of(DeliveryClass.NORMAL),
                        Jobs.post("a").json(),
                        "nextjs",
                        false));
        assertThat(view("a").phase()).isEqualTo(Phase.LEASED);
        assertThat(view("a").state()).isEqualTo(HandshakeState.PENDING);
        assertThat(view("a").claimedAtMs()).hasValue(now);
        assertThat(hash("a"))
                .containsEntry("attempts", "1")
                .containsEntry("nonce", "nonce1")
                .containsEntry("hold_until_ms", Long.toString(now + HOLD.toMillis()))
                .doesNotContainKeys("list");
        assertThat(lookIn("a")).isEqualTo(LEASE);
        assertThat(queue()).isEmpty();
    }

    @Test
    void findsNothingWhereNothingWaits() {
        Claim claim = claim(10);

        assertThat(claim.handshakes()).isEmpty();
        assertThat(claim.looked()).isZero();
    }

    @Test
    void takesInOrderUpToTheLimit() {
        List.of("a", "b", "c").forEach(this::publish);

        assertThat(ids(claim(2))).containsExactly("a", "b");
        assertThat(ids(claim(2))).containsExactly("c");
    }

    @Test
    void takesThePoppedElementFirstThenReturnsThenTheQueue() {
        Lease returned = publishAndClaim("returned");
        store.handBack(List.of(returned));
        publish("popped");
        publish("queued");
        Optional<Popped> popped = pop(RedisKeys.QUEUE);

        Claim claim = claim(10, popped);

        assertThat(ids(claim)).containsExactly("popped", "returned", "queued");
        assertThat(claim.looked()).isEqualTo(3);
    }

    @Test
    void thePoppedElementCountsForTheLimit() {
        publish("a");
        publish("b");

        assertThat(ids(claim(1, pop(RedisKeys.QUEUE)))).containsExactly("a");
        assertThat(queue()).hasSize(1);
    }

    @Test
    void returnsAreServedBeforeTheQueueWithinTheLimit() {
        Lease first = publishAndClaim("first");
        publish("queued");
        store.handBack(List.of(first));

        assertThat(ids(claim(1))).containsExactly("first");
    }

    @Test
    void anElementOfReturnsIsAHintAndTheJobComesFromTheHash() {
        Lease lease = publishAndClaim("a");
        store.handBack(List.of(lease));

        assertThat(returns()).containsExactly("{\"seq\":2,\"revalidation_id\":\"a\"}");
        assertThat(claimOne("a").job()).isEqualTo(Jobs.post("a").json());
    }

    @Test
    void anElementOfALeasedOneIsAGhost() {
        publish("a");
        String element = redis.lindex(RedisKeys.QUEUE, 0);
        claimOne("a");
        redis.rpush(RedisKeys.QUEUE, element);

        Claim claim = claim(10);

        assertThat(claim.handshakes()).isEmpty();
        assertThat(claim.ghosts()).isEqualTo(1);
        assertThat(claim.looked()).isEqualTo(1);
        assertThat(queue()).isEmpty();
        assertThat(view("a").epoch()).isEqualTo(1);
    }

    @Test
    void elementsOfAwaitingRetryingAndEndedOnesAreGhosts() {
        awaiting("awaiting");
        settle(publishAndClaim("retrying"), retry());
        awaiting("ended");
        confirm("ended", fresh());
        List.of("awaiting", "retrying", "ended").forEach(id -> foreignPush(Jobs.json(id, id, "")));

        Claim claim = claim(10);

        assertThat(claim.handshakes()).isEmpty();
        assertThat(claim.ghosts()).isEqualTo(3);
        assertThat(phase("awaiting")).isEqualTo(Phase.AWAITING);
        assertThat(phase("retrying")).isEqualTo(Phase.RETRY);
        assertThat(phase("ended")).isEqualTo(Phase.DONE);
    }

    @Test
    void anElementOfOursWithoutItsHashIsAGhost() {
        publish("a");
        redis.del(statusKey("a"));
        redis.hset(RedisKeys.TALLY, "pending", "0");

        assertThat(claim(10).ghosts()).isEqualTo(1);
        assertThat(hash("a")).isEmpty();
        redis.del(RedisKeys.QUEUED_NORMAL);
    }

    @Test
    void duplicatesInTheListAreDeliveredOnce() {
        publish("a");
        redis.rpush(RedisKeys.QUEUE, redis.lindex(RedisKeys.QUEUE, 0), Jobs.json("a", "a", ""));

        Claim claim = claim(10);

        assertThat(ids(claim)).containsExactly("a");
        assertThat(claim.ghosts()).isEqualTo(2);
        assertThat(view("a").epoch()).isEqualTo(1);
    }

    @Test
    void aPoppedElementWhoseHandshakeWasRescuedMeanwhileIsStillAHintToDeliverIt() {
        publish("a");
        Optional<Popped> held = pop(RedisKeys.QUEUE);
        sweep();
        sweepAfter(GRACE);
        assertThat(returns()).hasSize(1);

        Claim claim = claim(10, held);

        assertThat(ids(claim)).containsExactly("a");
        assertThat(claim.ghosts()).as("the element in returns").isEqualTo(1);
        assertThat(returns()).isEmpty();
    }

    @Test
    void whatADeadWorkerHeldComesInTenthsAndAfterASecondDeathAlone() {
        for (int i = 10; i < 22; i++) {
            publish("held" + i);
        }
        assertThat(claim(50).handshakes()).hasSize(12);
        sweepAfter(LEASE);
        publish("other");

        assertThat(ids(claim(50))).containsExactly("held10", "held11", "held12", "held13", "held14");
        assertThat(claim(50).handshakes()).hasSize(5);
        assertThat(claim(50).handshakes())
                .as("one that lost nothing does not go with those that did")
                .hasSize(2);
        assertThat(ids(claim(50))).containsExactly("other");

        sweepAfter(LEASE);
        Claim alone = claim(50);
        assertThat(alone.handshakes()).hasSize(1);
        assertThat(alone.handshakes().getFirst().lost()).isEqualTo(2);
    }

    @Test
    void aSmallClaimTakesOneThatLostALeaseAlone() {
        publishAndClaim("lost");
        sweepAfter(LEASE);
        publish("other");

        Claim alone = claim(10);

        assertThat(ids(alone)).containsExactly("lost");
        assertThat(alone.handshakes().getFirst().lost()).isEqualTo(1);
        assertThat(ids(claim(10))).containsExactly("other");
    }

    @Test
    void oneThatLostALeaseIsLeftWhereItIsWhenOthersCameFirst() {
        publishAndClaim("lost");
        sweepAfter(LEASE);
        publish("popped");

        assertThat(ids(claim(10, pop(RedisKeys.QUEUE)))).containsExactly("popped");
        assertThat(returns()).hasSize(1);
        assertThat(ids(claim(10))).containsExactly("lost");
    }

    @Test
    void aPoppedOneThatLostALeaseTakesNobodyAlong() {
        publishAndClaim("lost");
        sweepAfter(LEASE);
        publish("other");

        assertThat(ids(claim(10, pop(RedisKeys.RETURNS)))).containsExactly("lost");
        assertThat(queue()).hasSize(1);
    }

    @Test
    void eachClaimHasAHigherEpochAndItsOwnNonce() {
        Lease first = publishAndClaim("a");
        settle(first, retry());
        sweepAfter(DELAY);

        Claimed second = claimOne("a");

        assertThat(second.lease()).isEqualTo(new Lease(new RevalidationId("a"), 2, "nonce2"));
        assertThat(second.attempts()).isEqualTo(2);
    }

    @Test
    void countsMisses() {
        settle(publishAndClaim("a"), notReached());
        sweepAfter(DELAY);

        assertThat(claimOne("a").misses()).isEqualTo(1);
    }
}
