package dev.cachehandshake.faultcampaign.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.faultcampaign.faults.FaultKind;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Histories made by hand: each that breaks promises is found out, for those and no others. */
class JudgeTest {
    private static Told good() {
        return new Told().smooth(0, "one", 1, 1).smooth(1_000, "two", 2, 2).page(60_000, 2);
    }

    static Stream<Arguments> histories() {
        return Stream.of(
                Arguments.of("all went well", good(), ""),
                Arguments.of(
                        "an outage, and everything went well after it",
                        new Told()
                                .posted(0, "one", 1)
                                .answered(10, "one", 0)
                                .answered(1_000, "one", 503)
                                .broken(5, 2_000, FaultKind.REDIS_KILLED, "redis")
                                .answered(2_500, "one", 202)
                                .called(2_510, 1, "a", true, "one", 1)
                                .over(2_520, 1)
                                .proved(2_521, 1, "one")
                                .confirmed(2_530, 1, 200)
                                .seen(2_600, "one", "completed")
                                .page(60_000, 1),
                        ""),
                Arguments.of(
                        "accepted and never ended", good().posted(50, "lost", 1).answered(60, "lost", 202), "I1"),
                Arguments.of(
                        "accepted, and stuck on its way",
                        good().posted(50, "stuck", 1)
                                .answered(60, "stuck", 202)
                                .broken(70, 30_000, FaultKind.SITE_AWAY, "site")
                                .seen(59_000, "stuck", "pending"),
                        "I1"),
                Arguments.of("accepted and forgotten", good().unknown(20, "one"), "I1"),
                Arguments.of("not known before it was accepted", good().unknown(2, "one"), ""),
                Arguments.of("back from the end", good().seen(200, "one", "pending"), "I2"),
                Arguments.of("from one end to another", good().seenFailed(200, "one", "stale"), "I2,I5"),
                Arguments.of(
                        "back from acknowledged",
                        good().seen(60, "one", "acknowledged").seen(70, "one", "pending"),
                        "I2"),
                Arguments.of(
                        "two looks that overlap may come out in any order", good().seen(45, 80, "one", "pending"), ""),
                Arguments.of(
                        "a look that was slow to be answered is held against the one before it was asked",
                        good().seen(55, 58, "one", "pending"),
                        "I2"),
                Arguments.of(
                        "completed, and no call has carried it",
                        good().posted(500, "merged", 2)
                                .answered(510, "merged", 202)
                                .seen(600, "merged", "completed"),
                        "I3,I4"),
                Arguments.of(
                        "completed on a call with the version before",
                        new Told()
                                .posted(0, "one", 2)
                                .answered(5, "one", 202)
                                .called(20, 1, "a", true, "one", 1)
                                .proved(31, 1, "one")
                                .confirmed(40, 1, 200)
                                .seen(100, "one", "completed")
                                .page(60_000, 2),
                        "I3"),
                Arguments.of("the page still shows the version before", good().page(60_001, 1), "I3"),
                Arguments.of(
                        "completed before the site had said so",
                        new Told()
                                .posted(0, "one", 1)
                                .answered(5, "one", 202)
                                .called(20, 1, "a", true, "one", 1)
                                .seen(25, "one", "completed")
                                .proved(31, 1, "one")
                                .confirmed(40, 1, 200)
                                .page(60_000, 1),
                        "I4"),
                Arguments.of(
                        "failed by an outage",
                        good().posted(500, "burnt", 3)
                                .answered(510, "burnt", 202)
                                .broken(505, 5_000, FaultKind.SITE_AWAY, "site")
                                .called(6_000, 3, "a", false, "burnt", 3)
                                .seenFailed(7_000, "burnt", "exhausted"),
                        "I5"),
                Arguments.of(
                        "failed by the site, as often as it may",
                        good().poisonPosted(500, "poison", 3)
                                .answered(510, "poison", 202)
                                .called(600, 3, "a", false, "poison", 3)
                                .called(700, 4, "b", false, "poison", 3)
                                .called(800, 5, "a", false, "poison", 3)
                                .seenFailed(900, "poison", "exhausted"),
                        ""),
                Arguments.of(
                        "late, and nothing was broken",
                        good().posted(500, "late", 3)
                                .answered(510, "late", 202)
                                .seen(20_600, "late", "pending")
                                .called(30_000, 3, "a", true, "late", 3)
                                .proved(30_010, 3, "late")
                                .confirmed(30_020, 3, 200)
                                .seen(30_100, "late", "completed")
                                .page(60_001, 3),
                        "I5"),
                Arguments.of(
                        "late, because one worker of three was frozen",
                        good().broken(400, 6_000, FaultKind.WORKER_FROZEN, "worker b")
                                .posted(500, "late", 3)
                                .answered(510, "late", 202)
                                .seen(20_600, "late", "pending")
                                .called(30_000, 3, "a", true, "late", 3)
                                .proved(30_010, 3, "late")
                                .confirmed(30_020, 3, 200)
                                .seen(30_100, "late", "completed")
                                .page(60_001, 3),
                        "I5"),
                Arguments.of(
                        "seen late, and in time as far as anybody knows",
                        good().posted(500, "unseen", 3)
                                .answered(510, "unseen", 202)
                                .called(600, 3, "a", true, "unseen", 3)
                                .proved(610, 3, "unseen")
                                .confirmed(620, 3, 200)
                                .seen(30_100, "unseen", "completed")
                                .page(60_001, 3),
                        ""),
                Arguments.of("delivered twice for nothing", good().called(500, 9, "b", true, "one", 1), "duplicates"),
                Arguments.of(
                        "delivered twice, after its worker was killed",
                        new Told()
                                .posted(0, "one", 1)
                                .answered(5, "one", 202)
                                .called(20, 1, "a", true, "one", 1)
                                .broken(25, 1_000, FaultKind.WORKER_KILLED, "worker a")
                                .called(3_000, 2, "b", true, "one", 1)
                                .proved(3_010, 2, "one")
                                .confirmed(3_020, 2, 200)
                                .seen(3_100, "one", "completed")
                                .page(60_000, 1),
                        ""),
                Arguments.of(
                        "delivered twice, after another worker was killed",
                        new Told()
                                .posted(0, "one", 1)
                                .answered(5, "one", 202)
                                .called(20, 1, "a", true, "one", 1)
                                .broken(25, 1_000, FaultKind.WORKER_KILLED, "worker c")
                                .called(3_000, 2, "b", true, "one", 1)
                                .proved(3_010, 2, "one")
                                .confirmed(3_020, 2, 200)
                                .seen(3_100, "one", "completed")
                                .page(60_000, 1),
                        "duplicates"),
                Arguments.of(
                        "delivered twice, by a worker that was frozen just before its call",
                        new Told()
                                .posted(0, "one", 1)
                                .answered(5, "one", 202)
                                .broken(25, 4_000, FaultKind.WORKER_FROZEN, "worker a")
                                .called(3_000, 1, "b", true, "one", 1)
                                .proved(3_010, 1, "one")
                                .confirmed(3_020, 1, 200)
                                .called(4_010, 2, "a", true, "one", 1)
                                .seen(4_100, "one", "completed")
                                .page(60_000, 1),
                        ""),
                Arguments.of(
                        "delivered twice, by a worker that was frozen in its call",
                        new Told()
                                .posted(0, "one", 1)
                                .answered(5, "one", 202)
                                .called(20, 1, "a", false, "one", 1)
                                .broken(25, 4_000, FaultKind.WORKER_FROZEN, "worker a")
                                .called(3_000, 2, "b", true, "one", 1)
                                .proved(3_010, 2, "one")
                                .confirmed(3_020, 2, 200)
                                .called(4_010, 3, "a", true, "one", 1)
                                .seen(4_100, "one", "completed")
                                .page(60_000, 1),
                        "duplicates"),
                Arguments.of(
                        "delivered twice, for its callback was answered later than it is waited for",
                        new Told()
                                .posted(0, "one", 1)
                                .answered(5, "one", 202)
                                .called(20, 1, "a", true, "one", 1)
                                .over(25, 1)
                                .proved(30, 1, "one")
                                .called(2_040, 2, "b", true, "one", 1)
                                .confirmed(2_100, 1, 200)
                                .seen(2_200, "one", "completed")
                                .page(60_000, 1),
                        ""),
                Arguments.of(
                        "delivered once more because the site had played up",
                        new Told()
                                .posted(0, "one", 1)
                                .answered(5, "one", 202)
                                .called(20, 1, "a", false, "one", 1)
                                .called(2_500, 2, "a", true, "one", 1)
                                .proved(2_510, 2, "one")
                                .confirmed(2_520, 2, 200)
                                .seen(2_600, "one", "completed")
                                .page(60_000, 1),
                        ""),
                Arguments.of("an answer that nobody can act on", good().answered(4, "one", 500), "the"),
                Arguments.of("never accepted", good().posted(100, "refused", 1).answered(110, "refused", 503), "the"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("histories")
    void eachBrokenPromiseIsFoundOutByItsName(String name, Told history, String broken) {
        assertThat(String.join(",", history.broken())).isEqualTo(broken);
    }

    @Test
    void aLateCallbackMayLiftOneThatFailedForWantOfIt() {
        Told history = new Told()
                .posted(0, "one", 1)
                .answered(5, "one", 202)
                .called(20, 1, "a", false, "one", 1)
                .called(30, 2, "a", false, "one", 1)
                .called(40, 3, "a", false, "one", 1)
                .seenFailed(100, "one", "no-callback")
                .proved(200, 3, "one")
                .confirmed(210, 3, 200)
                .seen(300, "one", "completed")
                .page(60_000, 1);

        assertThat(history.broken()).isEmpty();
    }

    @Test
    void aRunIsCounted() {
        Verdict verdict = good().posted(1_025, "mid", 3)
                .answered(1_030, "mid", 202)
                .called(1_100, 3, "b", true, "mid", 3)
                .over(1_110, 3)
                .proved(1_111, 3, "mid")
                .confirmed(1_120, 3, 200)
                .seen(1_200, "mid", "completed")
                .page(60_001, 3)
                .verdict();

        assertThat(verdict.isClean()).isTrue();
        assertThat(verdict.events()).isEqualTo(3);
        assertThat(verdict.accepted()).isEqualTo(3);
        assertThat(verdict.completed()).isEqualTo(3);
        assertThat(verdict.midFlight()).as("sent while call 2 was open").isEqualTo(1);
        assertThat(verdict.deliveries()).isEqualTo(3);
        assertThat(verdict.duplicates()).isZero();
    }

    @Test
    void whatADeadWorkerHeldIsMeasuredFromTheKillToTheNextCallThatCarriesIt() {
        Verdict verdict = new Told()
                .posted(0, "one", 1)
                .answered(5, "one", 202)
                .called(20, 1, "a", false, "one", 1)
                .broken(100, 1_000, FaultKind.WORKER_KILLED, "worker a")
                .called(2_900, 2, "b", true, "one", 1)
                .proved(2_910, 2, "one")
                .confirmed(2_920, 2, 200)
                .seen(3_000, "one", "completed")
                .page(60_000, 1)
                .verdict();

        assertThat(verdict.killToRedelivery()).containsExactly(2_800L);
        assertThat(verdict.byFault()).singleElement().satisfies(fault -> {
            assertThat(fault.inFlight()).isEqualTo(1);
            assertThat(fault.repeated()).as("the site had not taken it well").isZero();
        });
    }

    @Test
    void workGoesOnWithTheFirstCallAfterRedisIsBack() {
        Verdict verdict = good().posted(1_500, "waits", 3)
                .broken(1_450, 2_000, FaultKind.REDIS_PAUSED, "redis")
                .answered(2_010, "waits", 202)
                .called(2_300, 3, "a", true, "waits", 3)
                .proved(2_310, 3, "waits")
                .confirmed(2_320, 3, 200)
                .seen(2_400, "waits", "completed")
                .page(60_001, 3)
                .verdict();

        assertThat(verdict.isClean()).isTrue();
        assertThat(verdict.redisBackToWork()).containsExactly(300L);
    }
}
