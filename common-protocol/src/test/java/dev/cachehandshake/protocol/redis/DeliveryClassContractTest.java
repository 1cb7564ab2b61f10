package dev.cachehandshake.protocol.redis;

import static dev.cachehandshake.protocol.DeliveryClass.LOW;
import static dev.cachehandshake.protocol.DeliveryClass.NORMAL;
import static dev.cachehandshake.protocol.DeliveryClass.URGENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.PublishOutcome;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.store.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A list a class, so that none waits behind another. */
class DeliveryClassContractTest extends RefereeContract {
    @Test
    void aClaimTakesOfOneClassAndOfTheFirstThatHasSomething() {
        publish("low", LOW);
        publish("normal-1", NORMAL);
        publish("normal-2", NORMAL);

        Claim claim = claim(10, List.of(URGENT, NORMAL, LOW));

        assertThat(claim.deliveryClass()).hasValue(NORMAL);
        assertThat(ids(claim)).containsExactly("normal-1", "normal-2");
        assertThat(claim.handshakes()).extracting(Claimed::deliveryClass).containsOnly(Optional.of(NORMAL));
        assertThat(ids(claim(10, List.of(URGENT, NORMAL, LOW)))).containsExactly("low");
    }

    @Test
    void theOrderIsTheClaimersOwn() {
        publish("urgent", URGENT);
        publish("low", LOW);

        assertThat(ids(claim(10, List.of(LOW, URGENT)))).containsExactly("low");
    }

    @Test
    void aClassThatTheClaimerHasNoCallForIsLeftAlone() {
        publish("urgent", URGENT);

        Claim claim = claim(10, List.of(NORMAL, LOW));

        assertThat(claim.handshakes()).isEmpty();
        assertThat(claim.looked()).isZero();
        assertThat(redis.llen(RedisKeys.queue(URGENT))).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(DeliveryClass.class)
    void whatIsHandedBackIsServedBeforeTheQueueOfItsOwnClass(DeliveryClass of) {
        publish("first", of);
        List<Lease> leases =
                claim(1, List.of(of)).handshakes().stream().map(Claimed::lease).toList();
        publish("second", of);

        store.handBack(leases);

        assertThat(redis.llen(RedisKeys.returns(of))).isEqualTo(1);
        assertThat(ids(claim(10, List.of(of)))).containsExactly("first", "second");
    }

    @ParameterizedTest
    @EnumSource(DeliveryClass.class)
    void aRetryGoesBackToItsOwnClass(DeliveryClass of) {
        publish("a", of);
        settle(claim(1, List.of(of)).handshakes().getFirst().lease(), retry());

        clock.step(Duration.ofHours(1));
        sweep();

        assertThat(redis.llen(RedisKeys.queue(of))).isEqualTo(1);
        assertThat(hash("a")).containsEntry("class", of.wireName()).containsEntry("list", of.wireName());
    }

    @ParameterizedTest
    @EnumSource(DeliveryClass.class)
    void whatWasPoppedAndNeverClaimedIsRescuedIntoItsOwnClass(DeliveryClass of) {
        publish("a", of);
        pop(RedisKeys.queue(of));

        sweep();
        clock.step(Duration.ofMinutes(1));
        sweep();

        assertThat(redis.llen(RedisKeys.returns(of))).isEqualTo(1);
        assertThat(ids(claim(10, List.of(of)))).containsExactly("a");
    }

    @ParameterizedTest
    @EnumSource(DeliveryClass.class)
    void whatWasPoppedIsClaimedWithMoreOfItsClassOnly(DeliveryClass of) {
        DeliveryClass other = of == LOW ? URGENT : LOW;
        publish("other", other);
        publish("popped", of);
        publish("next", of);

        Claim claim = claim(10, pop(RedisKeys.queue(of)), List.of(other, of));

        assertThat(ids(claim)).containsExactly("popped", "next");
        assertThat(claim.deliveryClass()).hasValue(of);
    }

    @Test
    void aForeignJobKeepsTheListThatItWasFoundInAndItsPathDecides() {
        redis.rpush(RedisKeys.queue(URGENT), Jobs.json("f", "f", ""));

        Claim claim = claim(10, List.of(LOW, URGENT));

        assertThat(claim.deliveryClass()).hasValue(URGENT);
        assertThat(claim.handshakes().getFirst().deliveryClass()).isEmpty();
        assertThat(hash("f")).containsEntry("class", "urgent");
    }

    @Test
    void aReplayIsOfTheClassOfWhatItRepeats() {
        publish("old", LOW);
        settle(claim(1, List.of(LOW)).handshakes().getFirst().lease(), new Settlement.Rejected("no", false));

        replay("old", "new");

        assertThat(redis.llen(RedisKeys.queue(LOW))).isEqualTo(1);
    }

    @Test
    void theBoundCountsWhatIsOpenInAnyClassAndUnderWay() {
        publish("urgent", URGENT);
        publish("low", LOW);
        claim(1, List.of(LOW));

        assertThat(publish(Jobs.post("c"), "digest", 2)).isEqualTo(new PublishOutcome.QueueFull(2));
        assertThat(publish(Jobs.post("c"), "digest", 3)).isEqualTo(new PublishOutcome.Accepted());
    }

    @Test
    void theCensusTellsThemApart() {
        publish("urgent", URGENT);
        clock.step(Duration.ofSeconds(7));
        publish("low-1", LOW);
        publish("low-2", LOW);

        assertThat(store.census().waiting())
                .containsEntry(URGENT, 1L)
                .containsEntry(NORMAL, 0L)
                .containsEntry(LOW, 2L);
        assertThat(store.census().oldestWaiting())
                .containsEntry(URGENT, Duration.ofSeconds(7))
                .containsEntry(LOW, Duration.ZERO);
    }

    @Test
    void theLegsOfAHandshakeAreOfItsClass() {
        roster = Roster.of("one", "two");
        publish("a", LOW);
        List<Claimed> legs = claim(1, List.of(LOW)).handshakes();

        store.handBack(legs.stream().map(Claimed::lease).toList());

        assertThat(redis.llen(RedisKeys.returns(LOW))).isEqualTo(2);
        assertThat(claim(10, List.of(LOW)).handshakes()).hasSize(2);
    }
}
