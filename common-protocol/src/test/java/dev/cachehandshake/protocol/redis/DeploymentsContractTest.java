package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.DeploymentStatus;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.PagePath;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.CatchUp;
import dev.cachehandshake.protocol.store.CaughtUp;
import dev.cachehandshake.protocol.store.ClosedDeployment;
import dev.cachehandshake.protocol.store.DeploymentOutcome;
import dev.cachehandshake.protocol.store.DeploymentWord;
import dev.cachehandshake.protocol.store.DeploymentWord.Kind;
import dev.cachehandshake.protocol.store.DueDeployments;
import dev.cachehandshake.protocol.store.SiteHolds;
import dev.cachehandshake.protocol.store.SiteStanding;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A deploy's words in every order, twice, late and lost, and a worker that closes what they opened. */
class DeploymentsContractTest extends RefereeContract {
    private static final String HOLDS = "revalidation:holds:default";
    private static final String DETAILS = "revalidation:hold:default:deployment:d1";
    private static final String LIST = "revalidation:deployments:default";
    private static final Duration TAKES = Duration.ofMinutes(15);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final CaughtUp NOTHING = new CaughtUp(0, 0, false);

    private final SiteHolds holds =
            new LettuceSiteHolds(SERVER.connection(), RefereeTime.of(clock), Retention.DEFAULT, new OutageLog());

    private DeploymentOutcome tell(Kind kind) {
        return tell("d1", kind, Optional.empty());
    }

    private DeploymentOutcome tell(String id, Kind kind, Optional<Instant> buildBegan) {
        return holds.tell(new DeploymentWord("default", id, kind, TAKES, buildBegan));
    }

    private List<DueDeployments.Due> due() {
        return holds.due("default").due();
    }

    private DueDeployments.Due onlyDue() {
        assertThat(due()).hasSize(1);
        return due().getFirst();
    }

    private boolean isHeld() {
        return holds.standing("default").isHeld();
    }

    private SiteStanding.Deployment shown() {
        return holds.standing("default").deployments().getFirst();
    }

    private static DeploymentOutcome.Standing standing(DeploymentStatus status, Instant since, Instant until) {
        return new DeploymentOutcome.Standing(status, since, Optional.of(until));
    }

    private static DeploymentOutcome.Standing ended(DeploymentStatus status, Instant since) {
        return new DeploymentOutcome.Standing(status, since, Optional.empty());
    }

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

    @Test
    void oneWhoseDetailsAreForgottenIsNotShown() {
        tell(Kind.FINISHED);
        holds.close(onlyDue(), NOTHING);
        redis.del(DETAILS);

        assertThat(holds.standing("default").deployments()).isEmpty();
    }

    @Test
    void itsDetailsAreGoneAndItIsClosedAllTheSame() {
        tell(Kind.STARTED);
        redis.del(DETAILS);
        assertThat(isHeld()).isTrue();
        clock.step(TAKES);

        DueDeployments.Due due = onlyDue();

        assertThat(due.dueAt()).isEqualTo(clock.instant());
        assertThat(due.since()).isEqualTo(clock.instant().minus(Duration.ofHours(6)));
        assertThat(holds.close(due, NOTHING)).isPresent();
        assertThat(redis.exists(DETAILS, HOLDS)).isZero();
    }

    @Test
    void itsHoldIsGoneAndTheNextWordPutsItBackForNoneMayStayUnclosed() {
        tell(Kind.STARTED);
        redis.del(HOLDS);

        assertThat(tell(Kind.STARTED)).isInstanceOf(DeploymentOutcome.Already.class);
        assertThat(isHeld()).isTrue();
        redis.del(HOLDS);
        tell(Kind.FINISHED);
        assertThat(due()).hasSize(1);
        redis.del(HOLDS);
        tell(Kind.FINISHED);
        assertThat(due()).hasSize(1);
    }

    @Test
    void aKeyOfAnotherTypeInThePlaceOfTheHoldsIsSaidAndLeftAlone() {
        redis.set(HOLDS, "a stranger's");

        for (Kind kind : Kind.values()) {
            assertThat(tell(kind)).isEqualTo(new DeploymentOutcome.Blocked(HOLDS + ", " + DETAILS));
        }

        assertThat(redis.get(HOLDS)).isEqualTo("a stranger's");
        assertThat(redis.exists(DETAILS, LIST)).isZero();
    }

    @Test
    void aKeyOfAnotherTypeInThePlaceOfTheDetailsKeepsNobodyFromClosingIt() {
        redis.set(DETAILS, "a stranger's");
        assertThat(tell(Kind.STARTED)).isInstanceOf(DeploymentOutcome.Blocked.class);
        assertThat(redis.exists(HOLDS)).isZero();
        redis.del(DETAILS);
        tell(Kind.STARTED);
        redis.del(DETAILS);
        redis.set(DETAILS, "a stranger's");
        clock.step(TAKES);

        assertThat(holds.close(onlyDue(), NOTHING)).isPresent();

        assertThat(redis.get(DETAILS)).isEqualTo("a stranger's");
        assertThat(holds.standing("default").deployments()).isEmpty();
    }

    @Test
    void aListOfAnotherTypeKeepsNobodyFromHoldingAndClosing() {
        redis.set(LIST, "a stranger's");

        tell(Kind.STARTED);
        tell(Kind.FINISHED);

        assertThat(holds.close(onlyDue(), NOTHING)).isPresent();
        assertThat(redis.get(LIST)).isEqualTo("a stranger's");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whateverAStrangerHasWrittenIntoTheDetailsItIsTakenAndClosed(Kind kind) {
        for (String rubbish : List.of("nan", "-1", "inf", "1e300", "x", "", "0x10", "12.5")) {
            for (String status : List.of("started", "finishing", "finished", "timed-out", "rubbish")) {
                // given
                redis.flushdb();
                redis.hset(
                        DETAILS,
                        Map.of(
                                "status", status,
                                "since_ms", rubbish,
                                "until_ms", rubbish,
                                "started_at_ms", rubbish,
                                "finishing_at_ms", rubbish,
                                "ended_at_ms", rubbish,
                                "pages", rubbish));
                redis.zadd(HOLDS, (double) clock.millis() - 1, "deployment:d1");
                redis.zadd(LIST, (double) clock.millis() - 1, "d1");

                // when
                assertThat(tell(kind)).isNotInstanceOf(DeploymentOutcome.Blocked.class);
                clock.step(TAKES);

                // then
                assertThat(holds.standing("default").deployments()).hasSize(1);
                due().forEach(due -> assertThat(holds.close(due, NOTHING)).isPresent());
                assertThat(due()).isEmpty();
            }
        }
    }

    @Test
    void fullMemoryKeepsNoWorkerFromClosing() {
        tell(Kind.FINISHED);
        DueDeployments.Due due = onlyDue();
        String most = redis.configGet("maxmemory").get("maxmemory");
        redis.configSet("maxmemory", "1");
        try {
            assertThat(holds.close(due, NOTHING)).isPresent();
        } finally {
            redis.configSet("maxmemory", most);
        }
        assertThat(isHeld()).isFalse();
    }

    @Test
    void anotherSitesDeploymentsAreItsOwn() {
        holds.tell(new DeploymentWord("100%s", "d1", Kind.FINISHED, TAKES, Optional.empty()));

        assertThat(isHeld()).isFalse();
        assertThat(due()).isEmpty();
        DueDeployments.Due due = holds.due("100%s").due().getFirst();
        assertThat(holds.close(due, NOTHING)).isPresent();
        assertThat(holds.standing("100%s").deployments()).hasSize(1);
    }

    @Test
    void whatChangedIsToldFromOneMomentToAnotherBothIncluded() {
        redis.zadd(RedisKeys.changes("default"), 0, "known-since");
        publish("before");
        clock.step(TICK);
        Instant since = clock.instant();
        publish("first");
        clock.step(TICK);
        publish("last");
        Instant until = clock.instant();
        clock.step(TICK);
        publish("after");

        CatchUp changes = holds.changes("default", since, until);

        assertThat(((CatchUp.Changes) changes).changes())
                .contains(page("/blog/first"), page("/blog/last"))
                .doesNotContain(page("/blog/before"), page("/blog/after"));
        assertThat(holds.changes("default", SteppableClock.START.minus(Duration.ofDays(31)), until))
                .isEqualTo(new CatchUp.Everything());
        assertThat(holds.changes("new", since, until)).isEqualTo(new CatchUp.Everything());
    }

    @Test
    void whatIsDeliveredOnceMoreHasNotChangedOnceMore() {
        redis.zadd(RedisKeys.changes("default"), 0, "known-since");
        publish("a");
        clock.step(TICK);

        store.publish(new Acceptance(
                Jobs.post("again"), PathRules.DEFAULT.touchedBy(Jobs.post("again")), "digest", BOUND, false));

        assertThat(holds.changes("default", clock.instant(), clock.instant()))
                .isEqualTo(new CatchUp.Changes(List.of()));
        assertThat(queue()).hasSize(2);
    }

    private static CatchUp.Change page(String path) {
        return new CatchUp.Page(new PagePath(path, Optional.empty()));
    }
}
