package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.DeploymentStatus;
import dev.cachehandshake.protocol.store.CaughtUp;
import dev.cachehandshake.protocol.store.ClosedDeployment;
import dev.cachehandshake.protocol.store.DeploymentOutcome;
import dev.cachehandshake.protocol.store.DeploymentWord.Kind;
import dev.cachehandshake.protocol.store.DueDeployments;
import dev.cachehandshake.protocol.store.SiteStanding;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A deploy's words, twice, late, and without the others. */
class DeploymentWordsContractTest extends DeploymentsContract {
    @Test
    void fromItsStartOnADeploymentHoldsItsSiteUntilItsDeadline() {
        assertThat(tell(Kind.STARTED))
                .isEqualTo(new DeploymentOutcome.Taken(
                        standing(DeploymentStatus.STARTED, SteppableClock.START, SteppableClock.START.plus(TAKES))));

        assertThat(holds.due("default")).isEqualTo(new DueDeployments(true, false, List.of()));
        assertThat(holds.standing("default").holds())
                .containsExactly(new SiteStanding.Hold(
                        "deployment",
                        Optional.of("d1"),
                        Optional.of(SteppableClock.START),
                        Optional.of(SteppableClock.START.plus(TAKES)),
                        Optional.empty()));
        clock.step(TAKES.minus(TICK));
        assertThat(isHeld()).isTrue();
        clock.step(TICK);
        assertThat(isHeld()).isFalse();
    }

    @Test
    void aStartThatIsToldTwiceIsOneAndMovesNoDeadline() {
        tell(Kind.STARTED);
        clock.step(MINUTE);

        assertThat(tell(Kind.STARTED))
                .isEqualTo(new DeploymentOutcome.Already(
                        standing(DeploymentStatus.STARTED, SteppableClock.START, SteppableClock.START.plus(TAKES))));

        assertThat(redis.zscore(HOLDS, "deployment:d1"))
                .isEqualTo((double) SteppableClock.START.plus(TAKES).toEpochMilli());
    }

    @Test
    void ofABuildThatIsToldTwiceToHaveBegunTheEarlierMomentCountsAndNoneThatIsYetToCome() {
        Instant earlier = SteppableClock.START.minus(MINUTE);

        tell("d1", Kind.STARTED, Optional.of(clock.instant().plus(MINUTE)));
        assertThat(shown().since()).hasValue(SteppableClock.START);
        tell("d1", Kind.STARTED, Optional.of(earlier));
        tell("d1", Kind.STARTED, Optional.of(SteppableClock.START));
        tell("d1", Kind.FINISHED, Optional.of(SteppableClock.START));

        assertThat(onlyDue().since()).isEqualTo(earlier);
    }

    @ParameterizedTest
    @EnumSource(names = {"FINISHED", "FAILED"})
    void itsEndIsToBeClosedAndHoldsTheSiteForAnotherMinuteAtMost(Kind end) {
        tell(Kind.STARTED);
        clock.step(MINUTE);

        assertThat(tell(end))
                .isEqualTo(new DeploymentOutcome.Taken(standing(
                        DeploymentStatus.FINISHING,
                        SteppableClock.START,
                        clock.instant().plus(MINUTE))));

        DueDeployments.Due due = onlyDue();
        assertThat(due.id()).isEqualTo("d1");
        assertThat(due.since()).isEqualTo(SteppableClock.START);
        assertThat(due.dueAt()).isEqualTo(clock.instant());
        assertThat(isHeld()).isTrue();
        clock.step(MINUTE);
        assertThat(isHeld()).isFalse();
        assertThat(onlyDue()).isEqualTo(due);
    }

    @ParameterizedTest
    @EnumSource(names = {"FINISHED", "FAILED"})
    void closedItHoldsNothingAnyMoreAndIsShownForSevenDays(Kind end) {
        DeploymentStatus status = end == Kind.FINISHED ? DeploymentStatus.FINISHED : DeploymentStatus.FAILED;
        tell(Kind.STARTED);
        clock.step(MINUTE);
        tell(end);
        DueDeployments.Due due = onlyDue();
        clock.step(Duration.ofSeconds(2));

        assertThat(holds.close(due, new CaughtUp(3, 2, false)))
                .hasValue(new ClosedDeployment(status, Duration.ofSeconds(62)));

        assertThat(isHeld()).isFalse();
        assertThat(due()).isEmpty();
        assertThat(shown())
                .isEqualTo(new SiteStanding.Deployment(
                        "d1",
                        status,
                        Optional.of(SteppableClock.START),
                        Optional.of(SteppableClock.START),
                        Optional.empty(),
                        Optional.of(clock.instant()),
                        Optional.of(new CaughtUp(3, 2, false))));
        assertThat(redis.ttl(DETAILS)).isBetween(7 * 86_400L - 5, 7 * 86_400L);
        assertThat(redis.ttl(LIST)).isBetween(7 * 86_400L - 5, 7 * 86_400L);
        assertThat(redis.exists(HOLDS)).isZero();
    }

    @Test
    void anEndThatIsToldTwiceIsOneBeforeItIsClosedAndAfter() {
        tell(Kind.STARTED);
        tell(Kind.FINISHED);
        DueDeployments.Due due = onlyDue();
        clock.step(TICK);

        assertThat(tell(Kind.FINISHED)).isInstanceOf(DeploymentOutcome.Already.class);
        assertThat(onlyDue()).isEqualTo(due);
        holds.close(due, NOTHING);
        assertThat(tell(Kind.FINISHED))
                .isEqualTo(new DeploymentOutcome.Already(ended(DeploymentStatus.FINISHED, SteppableClock.START)));

        assertThat(due()).isEmpty();
        assertThat(redis.ttl(DETAILS)).isPositive();
    }

    @Test
    void oneThatHadFailedAndIsLiveAfterAllHoldsTheSiteForAMinuteOnceMore() {
        tell(Kind.STARTED);
        tell(Kind.FAILED);
        clock.step(MINUTE.multipliedBy(2));
        assertThat(isHeld()).isFalse();

        tell(Kind.FINISHED);

        assertThat(isHeld()).isTrue();
        assertThat(onlyDue().since()).isEqualTo(SteppableClock.START);
        assertThat(onlyDue().dueAt()).isEqualTo(clock.instant());
    }

    @Test
    void aStartThatComesAfterTheEndIsIgnored() {
        tell(Kind.FINISHED);

        assertThat(tell(Kind.STARTED)).isInstanceOf(DeploymentOutcome.Ignored.class);
        holds.close(onlyDue(), NOTHING);
        assertThat(tell(Kind.STARTED))
                .isEqualTo(new DeploymentOutcome.Ignored(
                        ended(DeploymentStatus.FINISHED, SteppableClock.START.minus(TAKES))));

        assertThat(isHeld()).isFalse();
    }

    @Test
    void ofAnEndWhoseStartWasLostTheBuildBeganWhenItSaysOrAsLongAgoAsItMayTake() {
        tell("d1", Kind.FINISHED, Optional.empty());
        tell("d2", Kind.FAILED, Optional.of(SteppableClock.START.minus(MINUTE)));

        assertThat(due())
                .extracting(DueDeployments.Due::id, DueDeployments.Due::since)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("d1", SteppableClock.START.minus(TAKES)),
                        org.assertj.core.groups.Tuple.tuple("d2", SteppableClock.START.minus(MINUTE)));
        assertThat(isHeld()).isTrue();
    }
}
