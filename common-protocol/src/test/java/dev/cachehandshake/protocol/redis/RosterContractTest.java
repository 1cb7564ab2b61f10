package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Confirmed;
import dev.cachehandshake.protocol.store.HandshakeView.TargetProgress;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.store.Settlement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Targets come and go: who is there when a handshake is claimed has to prove it, and nobody else is waited for. */
class RosterContractTest extends FanOutContract {
    @Test
    void whatIsGoneIsNoLongerWaitedFor() {
        Map<String, Claimed> claimed = awaitingAll();
        confirmAt(ONE, fresh());
        staleAt(claimed.get(TWO));
        staleAt(claimed.get(THREE));
        roster = Roster.of(ONE, TWO);
        sweepAfter(DELAY);

        Claim claim = claim(10);

        assertThat(claim.handshakes()).extracting(Claimed::target).containsExactly(TWO);
        settleAt(claim.handshakes().getFirst(), accepted(MAX_ATTEMPTS, true));
        assertThat(statuses()).as("at first").containsEntry(THREE, "stale");
        sweepAfter(ROSTERS_AGREE_AFTER);
        assertThat(claim(10).endings()).isEmpty();
        assertThat(statuses()).as("half a minute later").containsEntry(THREE, "gone");
        assertThat(ended(confirmAt(TWO, fresh())).state()).isEqualTo(HandshakeState.COMPLETED);
    }

    @Test
    void theEndOfTheLastOneThatIsGoneIsTold() {
        Map<String, Claimed> claimed = awaitingAll();
        staleAt(claimed.get(THREE));
        confirmAt(ONE, fresh());
        confirmAt(TWO, fresh());
        roster = Roster.of(ONE, TWO);
        sweepAfter(DELAY);
        claim(10);
        sweepAfter(ROSTERS_AGREE_AFTER);

        Claim claim = claim(10);

        assertThat(claim.handshakes()).isEmpty();
        assertThat(claim.endings())
                .singleElement()
                .satisfies(ending -> assertThat(ending.state()).isEqualTo(HandshakeState.COMPLETED));
    }

    @Test
    void whenAllAreGoneItBeginsAnewWithWhoeverIsThere() {
        awaitingAll();
        roster = Roster.of("web-4:3000", "web-5:3000");
        sweepAfter(CALLBACK_WITHIN);
        claim(10);
        sweepAfter(ROSTERS_AGREE_AFTER);

        assertThat(claim(10).handshakes()).isEmpty();
        assertThat(phase("a")).isEqualTo(Phase.QUEUED);
        mark("a");
        assertThat(confirmPlain(ONE, fresh())).as("one that was there before").isEqualTo(new Confirmed.Superseded(A));
        Map<String, Claimed> claimed = claimAll();

        assertThat(claimed).containsOnlyKeys("web-4:3000", "web-5:3000");
        assertThat(claimed.values())
                .allSatisfy(one -> assertThat(one.attempts())
                        .as("what others did not do is not theirs")
                        .isEqualTo(1));
        assertThat(view("a").targets()).extracting(TargetProgress::name).containsExactly("web-4:3000", "web-5:3000");
        assertThat(confirmAt(ONE, fresh())).isEqualTo(new Confirmed.Superseded(A.at(ONE)));
    }

    @Test
    void whatWasDeliveredToOneTargetIsFannedOutWhenThereAreMore() {
        roster = Roster.of("nextjs");
        awaiting("a");
        sweepAfter(CALLBACK_WITHIN);
        roster = Roster.of(ONE, TWO);

        Map<String, Claimed> claimed = claimAll();

        assertThat(claimed).containsOnlyKeys(ONE, TWO);
        assertThat(claimed.get(ONE).attempts()).isEqualTo(1);
        assertThat(view("a").state()).isEqualTo(HandshakeState.ACKNOWLEDGED);
        assertThat(view("a").targets()).extracting(TargetProgress::name).containsExactly(ONE, TWO);
    }

    @Test
    void oneThatIsInAnotherWorkersRosterIsNotGone() {
        Map<String, Claimed> claimed = awaitingAll();
        confirmAt(ONE, fresh());
        confirmAt(TWO, fresh());
        staleAt(claimed.get(THREE));
        roster = Roster.of(ONE, TWO);
        sweepAfter(DELAY);
        assertThat(claim(10).handshakes()).isEmpty();
        roster = Roster.of(ONE, TWO, THREE);
        sweepAfter(ROSTERS_AGREE_AFTER);

        Map<String, Claimed> again = claimAll();

        assertThat(again).containsOnlyKeys(THREE);
        assertThat(again.get(THREE).attempts()).isEqualTo(2);
        roster = Roster.of(ONE, TWO);
        staleAt(again.get(THREE));
        sweepAfter(DELAY);
        assertThat(claim(10).endings()).as("absent anew, and not since then").isEmpty();
    }

    @Test
    void theLastAttemptAtOneThatIsGoneFailsNothing() {
        publishAndClaimAll().values().forEach(one -> settleAt(one, accepted(1, true)));
        confirmAt(ONE, fresh());
        confirmAt(TWO, fresh());
        roster = Roster.of(ONE, TWO);
        sweepAfter(CALLBACK_WITHIN);
        claim(10);
        sweepAfter(ROSTERS_AGREE_AFTER);

        assertThat(claim(10).endings())
                .singleElement()
                .satisfies(ending -> assertThat(ending.state()).isEqualTo(HandshakeState.COMPLETED));
    }

    @Test
    void theOnlyTargetsNewsIsItsOwnAlsoWhereThereIsOneAtATime() {
        // given one that accepted, and another in its place
        roster = Roster.of(ONE);
        publish("a");
        Lease first = claim(1).handshakes().getFirst().lease();
        store.settle(List.of(new Settlement(first, ONE, accepted(MAX_ATTEMPTS, true))));
        roster = Roster.of(TWO);
        sweepAfter(CALLBACK_WITHIN);
        claim(1);

        assertThat(confirmPlain(ONE, fresh())).isEqualTo(new Confirmed.Superseded(A));
        assertThat(view("a").targets())
                .as("the one before is not shown any more")
                .isEmpty();
        assertThat(ended(confirmPlain(TWO, fresh())).state()).isEqualTo(HandshakeState.COMPLETED);
    }

    @Test
    void whereOneInvalidatesForAllItIsToldSoAndTheOthersToVerify() {
        roster = new Roster(List.of(ONE, TWO), true, Optional.empty());
        publish("a");

        Map<String, Claimed> claimed = claimAll();

        assertThat(claimed.get(ONE).verifiesOnly()).isFalse();
        assertThat(claimed.get(TWO).verifiesOnly()).isTrue();
        settleAt(claimed.get(ONE), accepted());
        settleAt(claimed.get(TWO), retry());
        roster = new Roster(List.of(TWO, ONE), true, Optional.empty());
        sweepAfter(DELAY);
        assertThat(claimAll().get(TWO).verifiesOnly())
                .as("as it was when it was fanned out")
                .isTrue();
    }

    @Test
    void withoutTheOneThatInvalidatesForAllItBeginsAnew() {
        roster = new Roster(List.of(ONE, TWO), true, Optional.empty());
        publish("a");
        Map<String, Claimed> claimed = claimAll();
        settleAt(claimed.get(ONE), notReached());
        confirmAt(TWO, unproven());
        roster = new Roster(List.of(TWO, THREE), true, Optional.empty());
        sweepAfter(DELAY);
        claim(10);
        sweepAfter(ROSTERS_AGREE_AFTER);

        assertThat(claim(10).endings()).isEmpty();

        Map<String, Claimed> anew = claimAll();
        assertThat(anew).containsOnlyKeys(TWO, THREE);
        assertThat(anew.get(TWO).verifiesOnly()).isFalse();
    }

    @Test
    void acknowledgedWhenAllThatAreThereHaveAccepted() {
        Map<String, Claimed> claimed = publishAndClaimAll();
        settleAt(claimed.get(ONE), accepted());
        settleAt(claimed.get(TWO), accepted());
        settleAt(claimed.get(THREE), notReached());
        roster = Roster.of(ONE, TWO);
        sweepAfter(DELAY);
        claim(10);
        sweepAfter(ROSTERS_AGREE_AFTER.minus(DELAY));
        clock.step(DELAY);
        sweep();

        claim(10);

        assertThat(statuses()).containsEntry(THREE, "gone");
        assertThat(view("a").state()).isEqualTo(HandshakeState.ACKNOWLEDGED);
    }
}
