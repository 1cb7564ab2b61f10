package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.Sweep;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** While a site is held nothing of it is claimed, and nothing is lost or counted. */
class HeldClaimContractTest extends RefereeContract {
    private void hold(Duration time) {
        redis.zadd(RedisKeys.holds("default"), clock.millis() + (double) time.toMillis(), "pause");
    }

    @Test
    void nothingIsTakenWhileTheSiteIsHeld() {
        hold(Duration.ofMinutes(1));
        publish("a");

        Claim claim = claim(10);

        assertThat(claim.handshakes()).isEmpty();
        assertThat(claim.idleFor()).hasValue(Duration.ofSeconds(1));
        assertThat(phase("a")).isEqualTo(Phase.QUEUED);
        assertThat(view("a").attempts()).isZero();
    }

    @Test
    void whatWasPoppedMeanwhileIsPutBackToTheFront() {
        publish("popped");
        publish("next");
        var popped = pop(RedisKeys.QUEUE);
        hold(Duration.ofMinutes(1));

        assertThat(claim(10, popped).handshakes()).isEmpty();

        clock.step(Duration.ofMinutes(1));
        assertThat(ids(claim(10))).containsExactly("popped", "next");
        assertThat(view("popped").attempts()).isEqualTo(1);
    }

    @Test
    void aForeignJobThatWasPoppedMeanwhileIsAdoptedAndKept() {
        foreignPush(Jobs.json("f", "f", ""));
        var popped = pop(RedisKeys.QUEUE);
        hold(Duration.ofMinutes(1));

        assertThat(claim(10, popped).handshakes()).isEmpty();
        assertThat(phase("f")).isEqualTo(Phase.QUEUED);

        clock.step(Duration.ofMinutes(1));
        assertThat(ids(claim(10))).containsExactly("f");
    }

    @Test
    void anEndlessHoldHoldsUntilItIsTakenAway() {
        redis.zadd(RedisKeys.holds("default"), Double.POSITIVE_INFINITY, "pause");
        publish("a");
        clock.step(Duration.ofDays(1));
        assertThat(claim(10).handshakes()).isEmpty();

        redis.zrem(RedisKeys.holds("default"), "pause");

        assertThat(ids(claim(10))).containsExactly("a");
    }

    @Test
    void theHoldOfAnotherSiteHoldsNothingHere() {
        redis.zadd(RedisKeys.holds("shop"), Double.POSITIVE_INFINITY, "pause");
        publish("a");

        assertThat(ids(claim(10))).containsExactly("a");
    }

    @Test
    void whatAStrangerPutThereHoldsNothing() {
        redis.set(RedisKeys.holds("default"), "a stranger's");
        publish("a");

        assertThat(ids(claim(10))).containsExactly("a");
    }

    @Test
    void aSiteThatIsHeldCannotCallBackAndThatUsesUpNoAttempt() {
        // given a site that has accepted the last attempt, and is stopped to be deployed anew
        awaiting("a", accepted(1, false));
        hold(Duration.ofMinutes(1));

        // when the callback does not come
        Sweep sweep = sweepAfter(CALLBACK_WITHIN);

        // then
        assertThat(sweep.endings()).isEmpty();
        assertThat(phase("a")).isEqualTo(Phase.QUEUED);
        assertThat(view("a").attempts()).isZero();
        clock.step(Duration.ofMinutes(1));
        settle(claimOne("a").lease(), accepted(1, false));
        assertThat(sweepAfter(CALLBACK_WITHIN).endings()).hasSize(1);
    }

    @Test
    void aCallUnderWayWhenTheHoldBeginsIsStillSettledAndConfirmed() {
        var lease = publishAndClaim("a");
        hold(Duration.ofMinutes(1));

        settle(lease, accepted());
        confirm("a", fresh());

        assertThat(phase("a")).isEqualTo(Phase.DONE);
    }
}
