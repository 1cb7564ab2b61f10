package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.Confirmed;
import dev.cachehandshake.protocol.store.Ending;
import dev.cachehandshake.protocol.store.HandshakeView.TargetProgress;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.store.Settled;
import dev.cachehandshake.protocol.store.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of handshakes with several targets share. */
abstract class FanOutContract extends RefereeContract {

    static final RevalidationId A = new RevalidationId("a");
    static final String ONE = "web-1:3000";
    static final String TWO = "web-2:3000";
    static final String THREE = "[::1]:3000";
    static final Duration ROSTERS_AGREE_AFTER = Duration.ofSeconds(30);

    @BeforeEach
    void threeTargets() {
        roster = Roster.of(ONE, TWO, THREE);
    }

    /** Claims all that waits, by the target it is for. */
    Map<String, Claimed> claimAll() {
        return claim(10).handshakes().stream().collect(Collectors.toMap(Claimed::target, Function.identity()));
    }

    Map<String, Claimed> publishAndClaimAll() {
        publish("a");
        return claimAll();
    }

    Map<String, Claimed> awaitingAll() {
        Map<String, Claimed> claimed = publishAndClaimAll();
        claimed.forEach((target, one) -> settleAt(one, accepted(MAX_ATTEMPTS, true)));
        return claimed;
    }

    Settled settleAt(Claimed claimed, Settlement.Outcome outcome) {
        return store.settle(List.of(new Settlement(claimed.lease(), claimed.target(), outcome)))
                .getFirst();
    }

    Confirmed confirmAt(String target, Confirmation.Verdict verdict) {
        return confirmAt(target, verdict, Optional.empty());
    }

    Confirmed confirmAt(String target, Confirmation.Verdict verdict, Optional<String> batch) {
        return store.confirm(List.of(new Confirmation(
                        A.at(target),
                        Optional.of(target),
                        verdict,
                        batch,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())))
                .getFirst();
    }

    /** As what was not fanned out when the callback was taken. */
    Confirmed confirmPlain(String target, Confirmation.Verdict verdict) {
        return store.confirm(List.of(new Confirmation(
                        A,
                        Optional.of(target),
                        verdict,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())))
                .getFirst();
    }

    Confirmed staleAt(Claimed claimed) {
        return confirmAt(
                claimed.target(), negative(), Optional.of(claimed.lease().nonce()));
    }

    static Ending ended(Confirmed confirmed) {
        assertThat(confirmed).isInstanceOf(Confirmed.Ended.class);
        return ((Confirmed.Ended) confirmed).ending();
    }

    Map<String, String> statuses() {
        return view("a").targets().stream().collect(Collectors.toMap(TargetProgress::name, TargetProgress::status));
    }
}
