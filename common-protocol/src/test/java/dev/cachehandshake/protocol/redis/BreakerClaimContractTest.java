package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.CircuitState;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.store.Sweep;
import dev.cachehandshake.protocol.store.SweepRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** While a target's breaker is open nothing is claimed for it, but for one probe of the whole fleet at a time. */
class BreakerClaimContractTest extends RefereeContract {
    private static final String PROBE = "circuit:probe:";

    @BeforeEach
    void oneTarget() {
        roster = Roster.of("nextjs");
    }

    private void open(String target, String how) {
        redis.psetex("circuit:open:" + target, 300_000, how);
        redis.psetex("circuit:failures:" + target, 300_000, "11");
    }

    private void close(String target) {
        redis.del("circuit:open:" + target, "circuit:failures:" + target, PROBE + target);
    }

    private static CircuitState probe(int failures) {
        return new CircuitState.Open(failures, Optional.empty(), Optional.empty(), true);
    }

    private Sweep sweepWith(String... targets) {
        return store.sweep(new SweepRequest(100, GRACE, MAX_LOST, "default", List.of(targets)));
    }

    @Test
    void oneHandshakeIsClaimedAsAProbeAndTheOthersWait() {
        open("nextjs", "failures");
        publish("a");
        publish("b");

        Claim probe = claim(10);
        Claim next = claim(10);

        assertThat(ids(probe)).containsExactly("a");
        assertThat(probe.breakers()).containsExactly(entry("nextjs", probe(11)));
        assertThat(next.handshakes()).isEmpty();
        assertThat(next.idleFor()).hasValue(Duration.ofSeconds(1));
        assertThat(view("b").attempts()).isZero();
        assertThat(redis.pttl(PROBE + "nextjs")).isBetween(1L, PROBE_EVERY.toMillis());
    }

    @Test
    void aTargetThatIsOutCannotCallBackAndThatUsesUpNoAttempt() {
        awaiting("a", accepted(1, false));
        open("nextjs", "failures");

        clock.step(CALLBACK_WITHIN);

        assertThat(sweepWith("nextjs").endings()).isEmpty();
        assertThat(phase("a")).isEqualTo(Phase.QUEUED);
        assertThat(view("a").attempts()).isZero();
    }

    @Test
    void noProbeIsUsedUpWhileNothingWaits() {
        open("nextjs", "failures");

        assertThat(claim(10).handshakes()).isEmpty();

        assertThat(redis.exists(PROBE + "nextjs")).isZero();
    }

    @Test
    void aForcedOneIsNotProbed() {
        open("nextjs", "forced");
        publish("a");

        Claim claim = claim(10);

        assertThat(claim.handshakes()).isEmpty();
        assertThat(claim.breakers())
                .containsExactly(entry("nextjs", new CircuitState.Forced(11, Optional.empty(), Optional.empty())));
        assertThat(redis.exists(PROBE + "nextjs")).isZero();
    }

    @Test
    void aClosedOneWithFailuresIsToldOfAndChangesNothing() {
        redis.set("circuit:failures:nextjs", "3");
        publish("a");

        Claim claim = claim(10);

        assertThat(ids(claim)).containsExactly("a");
        assertThat(claim.breakers()).containsExactly(entry("nextjs", new CircuitState.Closed(3)));
    }

    @Test
    void whatWasPoppedWhileItIsOpenIsPutBack() {
        open("nextjs", "forced");
        publish("a");

        assertThat(claim(10, pop(RedisKeys.QUEUE)).handshakes()).isEmpty();

        close("nextjs");
        assertThat(ids(claim(10))).containsExactly("a");
    }

    @Test
    void aBacklogIsClaimedAtOnceWhenItCloses() {
        open("nextjs", "forced");
        for (int i = 0; i < 50; i++) {
            publish("p" + i);
        }
        claim(10);
        close("nextjs");

        assertThat(claim(100).handshakes()).hasSize(50);
    }

    @Test
    void ofSeveralTargetsOnlyTheLegOfTheOpenOneIsParked() {
        roster = Roster.of("up", "down");
        open("down", "forced");
        publish("a");

        Claim claim = claim(10);

        assertThat(claim.handshakes()).extracting(Claimed::target).containsExactly("up");
        assertThat(redis.hgetall(RedisKeys.status(new RevalidationId("a").at("down"))))
                .containsEntry("phase", "retry")
                .containsEntry("attempts", "0");
    }

    @Test
    void aParkedLegIsDeliveredSoonAfterTheBreakerHasClosed() {
        roster = Roster.of("up", "down");
        open("down", "forced");
        publish("a");
        claim(10);
        assertThat(sweepWith("up", "down").requeued()).as("still open").isZero();

        close("down");
        sweepWith("up", "down");
        sweepWith("up", "down");

        Claim claim = claim(10);
        assertThat(claim.handshakes()).extracting(Claimed::target).containsExactly("down");
        assertThat(claim.handshakes().getFirst().attempts()).isEqualTo(1);
    }

    @Test
    void oneParkedLegAtATimeIsTheProbe() {
        roster = Roster.of("up", "down");
        open("down", "failures");
        redis.psetex(PROBE + "down", 60_000, "another worker's");
        publish("a");
        publish("b");
        claim(10);
        assertThat(sweepWith("up", "down").requeued()).isZero();

        redis.del(PROBE + "down");
        Sweep sweep = sweepWith("up", "down");
        Claim probe = claim(10);

        assertThat(sweep.requeued()).isEqualTo(1);
        assertThat(probe.handshakes()).extracting(Claimed::target).containsExactly("down");
        assertThat(probe.breakers()).containsEntry("down", probe(11));
    }

    @Test
    void aParkedLegWhoseTimeHasComeStaysParkedWhileItIsOpen() {
        roster = Roster.of("up", "down");
        open("down", "forced");
        publish("a");
        settle(claim(10).handshakes().getFirst().lease(), accepted());

        clock.step(Duration.ofMinutes(2));
        Sweep sweep = sweepWith("up", "down");

        assertThat(sweep.requeued()).isZero();
        close("down");
        sweepWith("up", "down");
        assertThat(claim(10).handshakes()).extracting(Claimed::target).contains("down");
    }

    @Test
    void aProbeThatNothingWasFoundForIsSomebodyElses() {
        roster = Roster.of("one", "two");
        open("one", "failures");
        open("two", "failures");
        redis.rpush(RedisKeys.QUEUE, "no job");

        assertThat(claim(10).handshakes()).isEmpty();

        assertThat(redis.exists(PROBE + "one", PROBE + "two")).isZero();
    }

    @Test
    void aParkedLegComesBackByItselfWhenNobodyWakesIt() {
        roster = Roster.of("up", "down");
        open("down", "forced");
        publish("a");
        settle(claim(10).handshakes().getFirst().lease(), accepted());
        close("down");
        redis.del(RedisKeys.parkedPrefix("default") + "down");

        clock.step(Duration.ofMinutes(30));
        sweep();

        assertThat(claim(10).handshakes()).extracting(Claimed::target).contains("down");
    }

    @Test
    void whileThoseOfAllTargetsAreOpenTheBacklogStaysInItsLists() {
        roster = Roster.of("one", "two");
        open("one", "forced");
        open("two", "forced");
        publish("a");

        assertThat(claim(10).handshakes()).isEmpty();

        assertThat(phase("a")).isEqualTo(Phase.QUEUED);
    }

    @Test
    void whatAStrangerPutThereOpensNothing() {
        redis.hset("circuit:open:nextjs", "a", "stranger's");
        redis.rpush("circuit:failures:nextjs", "a stranger's");
        publish("a");

        assertThat(ids(claim(10))).containsExactly("a");
    }

    @Test
    void theBreakersOfAnotherSiteAreItsOwn() {
        open("shop:nextjs", "forced");
        publish("a");

        assertThat(ids(claim(10))).containsExactly("a");
    }
}
