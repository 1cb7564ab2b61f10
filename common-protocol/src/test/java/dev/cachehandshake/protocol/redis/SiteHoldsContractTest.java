package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.store.DueDeployments;
import dev.cachehandshake.protocol.store.PauseOutcome;
import dev.cachehandshake.protocol.store.SiteHolds;
import dev.cachehandshake.protocol.store.SiteStanding;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A pause by hand, and what any hold looks like to a worker. */
class SiteHoldsContractTest extends RefereeContract {
    private static final String HOLDS = "revalidation:holds:default";
    private static final String PAUSE = "revalidation:hold:default:pause";
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SiteHolds holds =
            new LettuceSiteHolds(SERVER.connection(), RefereeTime.of(clock), Retention.DEFAULT, new OutageLog());

    private SiteStanding.Hold pause(Instant since, Optional<Instant> until, String reason) {
        return new SiteStanding.Hold("pause", Optional.empty(), Optional.of(since), until, Optional.of(reason));
    }

    private DueDeployments due() {
        return holds.due("default");
    }

    @Test
    void aSiteIsNotHeldUnlessSomethingHoldsIt() {
        assertThat(holds.standing("default")).isEqualTo(new SiteStanding(List.of(), List.of()));
        assertThat(due()).isEqualTo(new DueDeployments(false, false, List.of()));
        assertThat(redis.keys("*")).isEmpty();
    }

    @Test
    void aPauseHoldsItsSiteAndNoOtherUntilItIsResumed() {
        assertThat(holds.pause("default", "the CMS moves", Optional.empty())).isEqualTo(new PauseOutcome.Done());
        clock.step(Duration.ofDays(400));

        assertThat(holds.standing("default").holds())
                .containsExactly(pause(SteppableClock.START, Optional.empty(), "the CMS moves"));
        assertThat(holds.standing("default").heldUntil()).isEmpty();
        assertThat(due()).isEqualTo(new DueDeployments(false, true, List.of()));
        assertThat(redis.zscore(HOLDS, "pause")).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(holds.standing("other").isHeld()).isFalse();

        assertThat(holds.resume("default")).isEqualTo(new PauseOutcome.Done());
        assertThat(holds.standing("default").isHeld()).isFalse();
        assertThat(redis.keys("*")).isEmpty();
    }

    @Test
    void resumedTwiceOrWithoutAPauseNothingHappens() {
        assertThat(holds.resume("default")).isEqualTo(new PauseOutcome.Already());
        holds.pause("default", "why", Optional.empty());
        holds.resume("default");

        assertThat(holds.resume("default")).isEqualTo(new PauseOutcome.Already());
        assertThat(redis.keys("*")).isEmpty();
    }

    @Test
    void aPauseOfAPausedSitePutsItsReasonAndEndInThePlaceOfTheOld() {
        holds.pause("default", "first", Optional.empty());
        clock.step(MINUTE);
        Instant until = clock.instant().plus(MINUTE);

        holds.pause("default", "second", Optional.of(until));

        assertThat(holds.standing("default").holds())
                .containsExactly(pause(SteppableClock.START, Optional.of(until), "second"));
        assertThat(holds.standing("default").heldUntil()).hasValue(until);
    }

    @Test
    void aPauseWithAnEndEndsByItselfAndIsForgottenByTheNextLook() {
        Instant until = clock.instant().plus(MINUTE);
        holds.pause("default", "why", Optional.of(until));
        clock.step(MINUTE.minus(TICK));
        assertThat(due().heldByHand()).isTrue();

        clock.step(TICK);
        assertThat(holds.standing("default").isHeld()).isFalse();
        assertThat(due()).isEqualTo(new DueDeployments(false, false, List.of()));

        assertThat(redis.keys("*")).isEmpty();
        holds.pause("default", "again", Optional.empty());
        assertThat(holds.standing("default").holds())
                .containsExactly(pause(clock.instant(), Optional.empty(), "again"));
    }

    @Test
    void aPauseThatFollowsOneThatEndedByItselfBeginsAnew() {
        holds.pause("default", "why", Optional.of(clock.instant().plus(MINUTE)));
        clock.step(MINUTE);

        holds.pause("default", "again", Optional.empty());

        assertThat(holds.standing("default").holds())
                .containsExactly(pause(clock.instant(), Optional.empty(), "again"));
    }

    @Test
    void whatAnotherHandHasPutThereHoldsTheSiteByItsName() {
        redis.zadd(HOLDS, Double.POSITIVE_INFINITY, "migration");
        redis.zadd(HOLDS, Double.POSITIVE_INFINITY, "deployment:with blanks");
        redis.zadd(HOLDS, 1, "long ago");

        assertThat(due()).isEqualTo(new DueDeployments(false, true, List.of()));

        assertThat(holds.standing("default").holds())
                .extracting(SiteStanding.Hold::by)
                .containsExactlyInAnyOrder("deployment", "migration");
        assertThat(redis.zscore(HOLDS, "long ago")).isNull();
    }

    @Test
    void aKeyOfAnotherTypeInThePlaceOfTheHoldsHoldsNothingAndIsLeftAlone() {
        redis.set(HOLDS, "a stranger's");
        redis.set("revalidation:deployments:default", "a stranger's too");

        assertThat(holds.pause("default", "why", Optional.empty()))
                .isEqualTo(new PauseOutcome.Blocked(HOLDS + ", " + PAUSE));

        assertThat(holds.resume("default")).isEqualTo(new PauseOutcome.Already());
        assertThat(due()).isEqualTo(new DueDeployments(false, false, List.of()));
        assertThat(holds.standing("default")).isEqualTo(new SiteStanding(List.of(), List.of()));
        assertThat(redis.get(HOLDS)).isEqualTo("a stranger's");
        assertThat(redis.exists(PAUSE)).isZero();
    }

    @Test
    void aKeyOfAnotherTypeInThePlaceOfThePausesDetailsKeepsNobodyFromResuming() {
        holds.pause("default", "why", Optional.empty());
        redis.del(PAUSE);
        redis.set(PAUSE, "a stranger's");

        assertThat(holds.standing("default").holds())
                .containsExactly(new SiteStanding.Hold(
                        "pause", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
        assertThat(holds.pause("default", "why", Optional.empty())).isInstanceOf(PauseOutcome.Blocked.class);
        assertThat(holds.resume("default")).isEqualTo(new PauseOutcome.Done());

        assertThat(holds.standing("default").isHeld()).isFalse();
        assertThat(redis.get(PAUSE)).isEqualTo("a stranger's");
    }

    @Test
    void anExpiryThatAnotherHandHasSetIsTakenAway() {
        holds.pause("default", "why", Optional.empty());
        redis.expire(HOLDS, 10);
        redis.expire(PAUSE, 10);

        holds.pause("default", "why", Optional.empty());

        assertThat(redis.ttl(HOLDS)).isEqualTo(-1);
        assertThat(redis.ttl(PAUSE)).isEqualTo(-1);
    }

    @Test
    void fullMemoryKeepsNobodyFromResuming() {
        holds.pause("default", "why", Optional.empty());
        String most = redis.configGet("maxmemory").get("maxmemory");
        redis.configSet("maxmemory", "1");
        try {
            assertThat(holds.resume("default")).isEqualTo(new PauseOutcome.Done());
        } finally {
            redis.configSet("maxmemory", most);
        }
        assertThat(holds.standing("default").isHeld()).isFalse();
    }
}
