package dev.cachehandshake.localstack.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.store.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A handshake with several targets is one handshake to the doctor, and its legs are looked at through it. */
class FannedOutExaminationTest extends ExaminationContract {
    private static final RevalidationId A = new RevalidationId("a");
    private static final RevalidationId TWO = A.at("web-2:3000");

    @BeforeEach
    void twoLegs() {
        REFEREE.roster = Roster.of("web-1:3000", "web-2:3000");
        acceptedByTheFirst("a", DeliveryClass.NORMAL);
    }

    private void acceptedByTheFirst(String id, DeliveryClass of) {
        REFEREE.publish(id, of);
        List<Claimed> claimed = REFEREE.claim(2);
        REFEREE.settle(claimed.get(0).lease(), Referee.accepted(Duration.ofMinutes(5)));
        REFEREE.settle(claimed.get(1).lease(), new Settlement.Retry("503", Duration.ZERO, 3, false));
    }

    @Test
    void itIsHealthyAndCountedOnce() throws InterruptedException {
        REFEREE.sweep();

        Diagnosis diagnosis = examine();

        assertThat(diagnosis.findings()).isEmpty();
        assertThat(diagnosis.states()).isEqualTo(Map.of("pending", 1L));
        assertThat(diagnosis.list(QueueList.QUEUE)).isEqualTo(new ListSeen(1, 1, 0, 0, 0));
    }

    @Test
    void aLegInNoIndexIsFoundAndTheCommandBringsItBack() throws InterruptedException {
        redis.zrem(RedisKeys.DEADLINES, TWO.key());

        assertLostAndBroughtBack();
    }

    @Test
    void aLegWhoseHashWasDeletedIsFoundAndTheCommandMakesItAnew() throws InterruptedException {
        redis.zrem(RedisKeys.DEADLINES, TWO.key());
        redis.del(RedisKeys.status(TWO));

        assertLostAndBroughtBack();
    }

    @Test
    void aLegsIdIsAWordThatAShellUnderstands() throws InterruptedException {
        redis.expire(RedisKeys.status(TWO), 100);

        Finding finding = examine().findings().getFirst();

        assertThat(finding.fault()).isEqualTo(Fault.EXPIRING);
        assertThat(finding.fault().command(finding.items().getFirst().subject()))
                .hasValue("redis-cli PERSIST $'revalidation:a\\x1fweb-2:3000:status'");
        assertThat(new DiagnosisText(examine(), 10).toString()).contains("a at web-2:3000");
    }

    @ParameterizedTest
    @EnumSource
    void aLegIsLookedForInTheListsOfItsClass(DeliveryClass of) throws InterruptedException {
        // given
        acceptedByTheFirst("b", of);
        REFEREE.sweep();

        // then
        String leg = new RevalidationId("b").at("web-2:3000").key();
        assertThat(redis.zscore(RedisKeys.queued(of), leg)).isNotNull();
        assertHealthy();
        redis.zrem(RedisKeys.queued(of), leg);
        assertFound(Fault.LOST, "b");
    }

    private void assertLostAndBroughtBack() throws InterruptedException {
        Diagnosis diagnosis = examine();
        assertThat(diagnosis.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.fault()).isEqualTo(Fault.LOST);
            assertThat(finding.fault().command(finding.items().getFirst().subject()))
                    .hasValue("redis-cli ZADD revalidation:deadlines 1 a");
        });

        redis.zadd(RedisKeys.DEADLINES, 1, "a");
        REFEREE.sweep();
        REFEREE.sweep();

        assertThat(examine().findings()).isEmpty();
        assertThat(REFEREE.claim(10))
                .extracting(claimed -> claimed.lease().id())
                .containsExactly(TWO);
    }
}
