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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The end of a deployment that nobody told, that was told otherwise, or that several workers and deploys are about. */
class DeploymentEndsContractTest extends DeploymentsContract {
    @Test
    void nobodyTellsItsEndSoItTimesOut() {
        tell(Kind.STARTED);
        clock.step(TAKES);
        DueDeployments.Due due = onlyDue();
        clock.step(MINUTE);

        assertThat(due.dueAt()).isEqualTo(SteppableClock.START.plus(TAKES));
        assertThat(onlyDue()).isEqualTo(due);
        assertThat(holds.close(due, new CaughtUp(0, 0, true)))
                .hasValue(new ClosedDeployment(DeploymentStatus.TIMED_OUT, TAKES));

        assertThat(shown().status()).isEqualTo(DeploymentStatus.TIMED_OUT);
        assertThat(shown().caughtUp()).hasValue(new CaughtUp(0, 0, true));
        assertThat(due()).isEmpty();
    }

    @Test
    void anEndThatIsToldAfterItTimedOutIsClosedOnceMore() {
        tell(Kind.STARTED);
        clock.step(TAKES);
        holds.close(onlyDue(), NOTHING);
        clock.step(MINUTE);

        assertThat(tell(Kind.FAILED)).isInstanceOf(DeploymentOutcome.Ignored.class);
        assertThat(tell(Kind.FINISHED)).isInstanceOf(DeploymentOutcome.Taken.class);

        assertThat(onlyDue().since()).isEqualTo(SteppableClock.START);
        assertThat(onlyDue().dueAt()).isEqualTo(clock.instant());
        assertThat(redis.ttl(DETAILS)).isEqualTo(-1);
        assertThat(shown().endedAt()).isEmpty();
        assertThat(holds.close(onlyDue(), NOTHING))
                .hasValue(new ClosedDeployment(DeploymentStatus.FINISHED, Duration.ZERO));
    }

    @Test
    void whatIsLiveAfterAllHasNotFailed() {
        tell(Kind.STARTED);
        tell(Kind.FAILED);
        DueDeployments.Due due = onlyDue();

        assertThat(tell(Kind.FINISHED)).isInstanceOf(DeploymentOutcome.Taken.class);
        assertThat(tell(Kind.FAILED)).isInstanceOf(DeploymentOutcome.Ignored.class);
        assertThat(holds.close(due, NOTHING))
                .get()
                .extracting(ClosedDeployment::status)
                .isEqualTo(DeploymentStatus.FINISHED);
        assertThat(tell(Kind.FAILED)).isInstanceOf(DeploymentOutcome.Ignored.class);
    }

    @Test
    void ofAFailedOneThatWasClosedTheLaterEndCounts() {
        tell(Kind.FAILED);
        holds.close(onlyDue(), NOTHING);
        clock.step(TICK);

        assertThat(tell(Kind.FAILED)).isInstanceOf(DeploymentOutcome.Already.class);
        assertThat(due()).isEmpty();
        assertThat(tell(Kind.FINISHED)).isInstanceOf(DeploymentOutcome.Taken.class);
        assertThat(due()).hasSize(1);
    }

    @Test
    void aWorkerThatHasNotSeenTheLatestWordClosesNothing() {
        tell(Kind.STARTED);
        clock.step(TAKES);
        DueDeployments.Due timedOut = onlyDue();
        clock.step(TICK);
        tell(Kind.FINISHED);

        assertThat(holds.close(timedOut, NOTHING)).isEmpty();

        assertThat(onlyDue().dueAt()).isEqualTo(clock.instant());
        DueDeployments.Due finished = onlyDue();
        tell("d1", Kind.FINISHED, Optional.of(SteppableClock.START.minus(MINUTE)));
        assertThat(holds.close(finished, NOTHING)).isEmpty();
        assertThat(holds.close(onlyDue(), NOTHING)).isPresent();
    }

    @Test
    void ofTwoWorkersOneClosesIt() {
        tell(Kind.FINISHED);
        DueDeployments.Due due = onlyDue();

        assertThat(holds.close(due, NOTHING)).isPresent();
        assertThat(holds.close(due, new CaughtUp(9, 9, true))).isEmpty();

        assertThat(shown().caughtUp()).hasValue(NOTHING);
    }

    @Test
    void ofOverlappingOnesEachHoldsTheSiteByItself() {
        tell("d1", Kind.STARTED, Optional.empty());
        clock.step(MINUTE);
        tell("d2", Kind.STARTED, Optional.empty());
        holds.pause("default", "why", Optional.empty());
        tell("d1", Kind.FINISHED, Optional.empty());

        holds.close(onlyDue(), NOTHING);
        assertThat(holds.due("default")).isEqualTo(new DueDeployments(true, true, List.of()));
        tell("d2", Kind.FINISHED, Optional.empty());
        holds.close(onlyDue(), NOTHING);
        assertThat(holds.due("default")).isEqualTo(new DueDeployments(false, true, List.of()));
        holds.resume("default");

        assertThat(isHeld()).isFalse();
        assertThat(holds.standing("default").deployments())
                .extracting(SiteStanding.Deployment::id)
                .containsExactly("d2", "d1");
    }

    @Test
    void theLatestTwentyAreShown() {
        for (int i = 1; i <= 25; i++) {
            tell("d" + i, Kind.FINISHED, Optional.empty());
            clock.step(TICK);
        }

        assertThat(holds.standing("default").deployments())
                .hasSize(20)
                .extracting(SiteStanding.Deployment::id)
                .startsWith("d25", "d24")
                .endsWith("d6");
        assertThat(redis.zcard(LIST)).isEqualTo(20);
        assertThat(due()).hasSize(25);
    }
}
