package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.wire.JobJson;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Edits of a page that wait for it to be quiet: they come together, the last of them is delivered, and covers the others. */
class QuietContractTest extends RefereeContract {
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final Duration AT_MOST = Duration.ofSeconds(10);

    private void edit(String id, String slug) {
        edit(JobJson.read(Jobs.json(id, slug, "")), id);
    }

    private void edit(Job job, String id) {
        store.publish(new Acceptance(
                job,
                PathRules.DEFAULT.touchedBy(job),
                "digest-of-" + id,
                DeliveryClass.NORMAL,
                Optional.of(new Acceptance.Quiet(QUIET, AT_MOST)),
                BOUND,
                true));
    }

    private Claim claimAfter(Duration time) {
        clock.step(time);
        sweep();
        return claim(100);
    }

    private static List<String> beside(Claim claim) {
        return claim.beside().stream()
                .map(other -> other.lease().id().value() + " by " + other.by().value())
                .toList();
    }

    private void cover(Claim claim) {
        store.settle(claim.beside().stream()
                .map(other -> new Settlement(other.lease(), "", new Settlement.Covered(other.by())))
                .toList());
    }

    @Test
    void anEditIsDeliveredWhenItsPageHasBeenQuiet() {
        edit("a", "page");

        assertThat(claimAfter(QUIET.minusMillis(1)).handshakes()).isEmpty();
        assertThat(ids(claimAfter(Duration.ofMillis(1)))).containsExactly("a");
    }

    @Test
    void eachEditPutsTheDeliveryOffAndTheLastIsDelivered() {
        edit("a", "page");
        clock.step(Duration.ofMillis(1500));
        edit("b", "page");

        assertThat(claimAfter(Duration.ofMillis(1500)).handshakes()).isEmpty();
        Claim claim = claimAfter(Duration.ofMillis(500));

        assertThat(ids(claim)).containsExactly("b");
        assertThat(beside(claim)).containsExactly("a by b");
    }

    @Test
    void noEditIsPutOffForLongerThanThat() {
        for (int i = 0; i < 10; i++) {
            edit("e" + i, "page");
            assertThat(claimAfter(Duration.ofSeconds(1)).handshakes().isEmpty()).isEqualTo(i < 9);
        }
    }

    @Test
    void anEditAfterTheClaimWaitsForAQuietPageOfItsOwn() {
        edit("a", "page");
        assertThat(ids(claimAfter(QUIET))).containsExactly("a");

        edit("b", "page");

        assertThat(claim(100).handshakes()).isEmpty();
        Claim claim = claimAfter(QUIET);
        assertThat(ids(claim)).containsExactly("b");
        assertThat(claim.beside()).isEmpty();
    }

    @Test
    void pagesDoNotWaitForEachOther() {
        edit("a", "one");
        clock.step(Duration.ofSeconds(1));
        edit("b", "two");

        assertThat(ids(claimAfter(Duration.ofSeconds(1)))).containsExactly("a");
        assertThat(ids(claimAfter(Duration.ofSeconds(1)))).containsExactly("b");
    }

    @Test
    void whatIsCoveredEndsAsTheOneThatCoversIt() {
        edit("a", "page");
        edit("b", "page");
        Claim claim = claimAfter(QUIET);
        cover(claim);
        assertThat(phase("a")).isEqualTo(Phase.COVERED);
        settle(claim.handshakes().getFirst().lease(), accepted());
        confirm("b", fresh());

        sweep();

        assertThat(view("a").state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view("a").freshness()).hasValue(Freshness.UNPROVEN);
        assertThat(view("a").coveredBy()).hasValue("b");
        assertThat(view("a").attempts()).isZero();
    }

    @Test
    void whatHasAVersionIsAsFreshAsTheOneThatCoversIt() {
        edit(Jobs.post("a", "page", "1"), "a");
        edit(Jobs.post("b", "page", "2"), "b");
        Claim claim = claimAfter(QUIET);
        cover(claim);
        confirm("b", fresh());

        sweep();

        assertThat(view("a").freshness()).hasValue(Freshness.FRESH);
    }

    @Test
    void theCallbackMayComeBeforeAnythingIsSettled() {
        edit("a", "page");
        edit("b", "page");
        Claim claim = claimAfter(QUIET);
        confirm("b", fresh());

        cover(claim);
        sweep();

        assertThat(view("a").state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view("a").coveredBy()).hasValue("b");
    }

    @Test
    void whatIsCoveredIsDeliveredItselfWhereTheOtherFailed() {
        edit("a", "page");
        edit("b", "page");
        Claim claim = claimAfter(QUIET);
        cover(claim);
        settle(claim.handshakes().getFirst().lease(), new Settlement.Rejected("no", false));

        sweep();

        assertThat(ids(claim(100))).containsExactly("a");
        assertThat(view("a").coveredBy()).isEmpty();
    }

    @Test
    void theSameWhereItFailedBeforeAnythingWasSettled() {
        edit("a", "page");
        edit("b", "page");
        Claim claim = claimAfter(QUIET);
        settle(claim.handshakes().getFirst().lease(), new Settlement.Rejected("no", false));

        cover(claim);

        assertThat(ids(claim(100))).containsExactly("a");
    }

    @Test
    void whatIsCoveredOutlivesARetryOfTheOther() {
        edit("a", "page");
        edit("b", "page");
        Claim claim = claimAfter(QUIET);
        cover(claim);
        settle(claim.handshakes().getFirst().lease(), retry());

        Claim again = claimAfter(Duration.ofMinutes(2));
        assertThat(ids(again)).containsExactly("b");
        assertThat(phase("a")).isEqualTo(Phase.COVERED);
        confirm("b", unproven());
        sweep();

        assertThat(view("a").freshness()).hasValue(Freshness.UNPROVEN);
    }

    @Test
    void aWorkerThatDiesWithBothLosesNeither() {
        edit("a", "page");
        edit("b", "page");
        claimAfter(QUIET);

        Claim claim = claimAfter(LEASE.plusMillis(1));

        assertThat(ids(claim)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void whoseHashWasDeletedCoversNobody() {
        edit("a", "page");
        edit("b", "page");
        Claim claim = claimAfter(QUIET);
        cover(claim);
        redis.del(statusKey("b"));
        redis.zrem(RedisKeys.DEADLINES, "b");
        redis.hincrby(RedisKeys.TALLY, "pending", -1);

        assertThat(ids(claimAfter(Duration.ofMinutes(2)))).containsExactly("a");
    }

    @Test
    void whatTheWorkerGivesBackIsDeliveredItself() {
        edit("a", "page");
        edit("b", "page");
        Claim claim = claimAfter(QUIET);

        store.handBack(claim.beside().stream().map(Claim.Beside::lease).toList());

        Claim next = claim(100);
        assertThat(ids(next)).containsExactly("a");
        assertThat(next.handshakes().getFirst().attempts()).isEqualTo(1);
    }

    @Test
    void aCrowdWhoseTimeHasComeAtOnceComesTogether() {
        for (int i = 0; i < 50; i++) {
            edit("e" + i, "page");
        }
        clock.step(Duration.ofMinutes(1));
        sweep();

        Claim claim = claim(100);

        assertThat(ids(claim)).containsExactly("e49");
        assertThat(claim.beside()).hasSize(49);
        assertThat(claim(100).handshakes()).isEmpty();
    }

    @Test
    void whatIsTooMuchForOneClaimComesWithTheNextOne() {
        // What comes due at the same moment does so in the order of the ids.
        for (int page = 10; page < 22; page++) {
            for (int edit = 0; edit < 100; edit++) {
                edit("page-" + page + "-" + edit, "page-" + page);
            }
        }

        Claim first = claimAfter(QUIET);
        Claim second = claim(100);

        assertThat(ids(first)).hasSize(11).allMatch(id -> id.endsWith("-99"));
        assertThat(beside(first)).hasSize(11 * 99);
        assertThat(ids(second)).containsExactly("page-21-99");
        assertThat(beside(second)).hasSize(99).allMatch(other -> other.endsWith(" by page-21-99"));
        assertThat(claim(100).handshakes()).isEmpty();
    }

    @Test
    void withSeveralTargetsTheLastIsFannedOutAndCoversTheOthers() {
        roster = Roster.of("one", "two");
        edit("a", "page");
        edit("b", "page");
        Claim claim = claimAfter(QUIET);
        assertThat(claim.handshakes()).extracting(Claimed::target).containsExactly("one", "two");
        cover(claim);
        for (String target : roster.targets()) {
            store.confirm(List.of(new Confirmation(
                    new RevalidationId("b").at(target),
                    Optional.of(target),
                    fresh(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())));
        }

        sweep();

        assertThat(view("a").state()).isEqualTo(HandshakeState.COMPLETED);
    }

    @Test
    void whatAStrangerPutThereMakesNobodyWait() {
        redis.set(RedisKeys.unquiet("default", DeliveryClass.NORMAL, "/blog/page"), "a stranger's");
        edit("a", "page");

        assertThat(ids(claim(100))).containsExactly("a");
    }

    @Test
    void aTakedownGoesAtOnceAndTakesAlongWhatWaitsForItsPage() {
        edit("a", "page");
        Job takedown = JobJson.read(Jobs.json("down", "page", ""));
        store.publish(new Acceptance(
                takedown,
                PathRules.DEFAULT.touchedBy(takedown),
                "digest of down",
                DeliveryClass.NORMAL,
                Optional.of(new Acceptance.Quiet(Duration.ZERO, AT_MOST)),
                BOUND,
                true));

        Claim claim = claim(100);

        assertThat(ids(claim)).containsExactly("down");
        assertThat(beside(claim)).containsExactly("a by down");
    }

    @Test
    void theSameEventSentTwiceIsOneEdit() {
        edit("a", "page");
        edit("a", "page");

        Claim claim = claimAfter(QUIET);
        assertThat(ids(claim)).containsExactly("a");
        assertThat(claim.beside()).isEmpty();
    }
}
