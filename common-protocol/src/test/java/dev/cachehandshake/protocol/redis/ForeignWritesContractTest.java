package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.store.Settlement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A foreign publisher writes its hash whenever it gets to it: that is seen by nobody and changes nothing. */
class ForeignWritesContractTest extends RefereeContract {
    private void reach(Phase wanted) {
        if (wanted == Phase.FANNED) {
            roster = Roster.of("nextjs", "other");
        }
        publish("a");
        Lease lease = claim(1).handshakes().getFirst().lease();
        switch (wanted) {
            case LEASED, FANNED -> {}
            case QUEUED -> store.handBack(java.util.List.of(lease));
            case RETRY -> settle(lease, retry());
            case AWAITING -> settle(lease, accepted());
            case COVERED -> {
                publish("by");
                settle(lease, new Settlement.Covered(claimOne("by").lease().id()));
            }
            case DONE -> confirm("a", fresh());
        }
        assertThat(phase("a")).isEqualTo(wanted);
    }

    private void writeOver() {
        redis.hset(statusKey("a"), Map.of("state", "failed", "attempts", "99", "created_at", "1"));
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void aLateHashIsNotShown(Phase at) {
        reach(at);
        HandshakeState state = view("a").state();
        int attempts = view("a").attempts();

        writeOver();

        assertThat(view("a").state()).isEqualTo(state);
        assertThat(view("a").attempts()).isEqualTo(attempts);
        assertThat(view("a").phase()).isEqualTo(at);
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void aLateHashDoesNotChangeHowItEnds(Phase at) {
        reach(at);
        writeOver();

        if (at == Phase.FANNED) {
            for (String target : roster.targets()) {
                store.confirm(List.of(new Confirmation(
                        new RevalidationId("a").at(target),
                        Optional.of(target),
                        fresh(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())));
            }
        } else {
            confirm("a", fresh());
        }

        assertThat(view("a").state()).isEqualTo(HandshakeState.COMPLETED);
        sweepAfter(java.time.Duration.ofSeconds(5));
        assertThat(hash("a")).containsEntry("state", "completed");
        assertThat(hash("a").get("attempts")).isEqualTo(hash("a").get("referee_attempts"));
    }

    @Test
    void attemptsWrittenByOthersDoNotUseUpOurs() {
        Lease lease = publishAndClaim("a");
        writeOver();

        settle(lease, retry());

        assertThat(phase("a")).isEqualTo(Phase.RETRY);
        assertThat(hash("a")).containsEntry("attempts", "1").containsEntry("state", "pending");
    }

    @Test
    void aForeignHashWithoutAClaimIsShownAsPending() {
        foreignPush(Jobs.json("a", "a", ""));
        redis.hset(statusKey("a"), Map.of("state", "anything", "attempts", "x", "created_at", "1700000000"));

        assertThat(view("a").state()).isEqualTo(HandshakeState.PENDING);
        assertThat(view("a").acceptedAtMs()).isEqualTo(1_700_000_000_000L);
        assertThat(view("a").epoch()).isZero();
    }

    @Test
    void aKeyOfAnotherTypeIsNoHandshake() {
        redis.set(statusKey("a"), "a text");

        assertThat(store.find(new RevalidationId("a"))).isEmpty();
    }

    @Test
    void anUnknownIdIsNoHandshake() {
        assertThat(store.find(new RevalidationId("a"))).isEmpty();
    }

    @Test
    void manyAreReadAtOnceAndThoseThatNobodyKnowsAreLeftOut() {
        publish("b");
        publish("a");
        redis.set(statusKey("c"), "a text");
        RevalidationId a = new RevalidationId("a");
        RevalidationId b = new RevalidationId("b");

        Map<RevalidationId, HandshakeView> found =
                store.find(List.of(b, new RevalidationId("c"), a, b, new RevalidationId("d")));

        assertThat(found.keySet()).containsExactly(b, a);
        assertThat(found.get(a).slug()).isEqualTo("a");
    }
}
