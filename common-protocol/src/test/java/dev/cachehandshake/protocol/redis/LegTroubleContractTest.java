package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Sweep;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What strangers do to the hashes of a handshake with several targets harms that one alone, and as little as can be. */
class LegTroubleContractTest extends FanOutContract {
    @Test
    void anExpiryThatAForeignPublisherGaveIsTakenAway() {
        Map<String, Claimed> claimed = publishAndClaimAll();
        redis.expire(statusKey("a"), 60);

        settleAt(claimed.get(ONE), accepted());

        assertThat(redis.ttl(statusKey("a"))).isEqualTo(-1);
    }

    @Test
    void aKeyThatAStrangerPutsInItsPlaceHarmsItAlone() {
        Map<String, Claimed> claimed = awaitingAll();
        publish("b");
        redis.del(statusKey("a"));
        redis.set(statusKey("a"), "a stranger's");
        redis.hincrby(RedisKeys.TALLY, "acknowledged", -1);

        assertThat(staleAt(claimed.get(ONE))).isNotNull();
        sweepAfter(CALLBACK_WITHIN);
        Claim claim = claim(10);

        assertThat(claim.handshakes())
                .extracting(one -> one.lease().id().value())
                .containsOnly("b");
        assertThat(claim.vanished()).hasSize(3);
        redis.del(statusKey("a"));
        assertThat(redis.keys("revalidation:a*:status")).isEmpty();
    }

    @Test
    void anElementThatIsCraftedAsALegIsDropped() {
        publish("a");
        redis.lpush(RedisKeys.QUEUE, "{\"seq\":1,\"leg\":\"a\",\"leg\":{},\"revalidation_id\":\"x\"}");

        assertThat(claimAll()).containsOnlyKeys(ONE, TWO, THREE);
    }

    @Test
    void aLegThatSomebodyDeletedIsMadeAnew() {
        awaitingAll();
        redis.del(RedisKeys.status(A.at(TWO)));

        Sweep sweep = sweepAfter(CALLBACK_WITHIN);

        assertThat(sweep.vanished()).containsExactly(A.at(TWO).key());
        assertThat(claimAll()).containsOnlyKeys(ONE, TWO, THREE);
    }

    @Test
    void legsOfAHandshakeThatSomebodyDeletedAreDropped() {
        awaitingAll();
        redis.del(statusKey("a"));
        redis.hdel(RedisKeys.TALLY, "acknowledged");

        sweepAfter(CALLBACK_WITHIN);

        Claim claim = claim(10);
        assertThat(claim.ghosts()).isEqualTo(3);
        assertThat(claim.vanished())
                .containsExactlyInAnyOrder(
                        A.at(ONE).key(), A.at(TWO).key(), A.at(THREE).key());
        assertThat(redis.keys("revalidation:a*:status")).isEmpty();
        assertThat(redis.zcard(RedisKeys.DEADLINES)).isZero();
    }
}
