package dev.cachehandshake.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireNamesTest {
    @ParameterizedTest
    @EnumSource(HandshakeState.class)
    void statesRoundTrip(HandshakeState state) {
        assertThat(HandshakeState.fromWire(state.wireName())).isEqualTo(state);
    }

    @Test
    void statesAreNamedAsForeignReadersKnowThem() {
        assertThat(HandshakeState.values())
                .extracting(HandshakeState::wireName)
                .containsExactly("pending", "acknowledged", "completed", "failed", "simulated");
        assertThat(HandshakeState.values())
                .filteredOn(HandshakeState::isTerminal)
                .containsExactly(HandshakeState.COMPLETED, HandshakeState.FAILED, HandshakeState.SIMULATED);
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void phasesRoundTrip(Phase phase) {
        assertThat(Phase.fromWire(phase.wireName())).isEqualTo(phase);
    }

    @ParameterizedTest
    @EnumSource(FailureReason.class)
    void failuresRoundTrip(FailureReason reason) {
        assertThat(FailureReason.fromWire(reason.wireName())).isEqualTo(reason);
    }

    @ParameterizedTest
    @EnumSource(Freshness.class)
    void freshnessRoundTrips(Freshness freshness) {
        assertThat(Freshness.fromWire(freshness.wireName())).isEqualTo(freshness);
    }

    @ParameterizedTest
    @EnumSource(ContentAction.class)
    void actionsRoundTrip(ContentAction action) {
        assertThat(ContentAction.fromWire(action.wireName())).hasValue(action);
        assertThat(action.removesEntry())
                .isEqualTo(action == ContentAction.UNPUBLISHED || action == ContentAction.DELETED);
    }

    @Test
    void unknownNamesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> FailureReason.fromWire("no-reason"));
        assertThatIllegalArgumentException().isThrownBy(() -> HandshakeState.fromWire("done"));
        assertThat(ContentAction.fromWire("exploded")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "a\u0085"})
    void someTextsAreNoId(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new RevalidationId(text));
    }

    @Test
    void anIdIsBoundedAndMayBeUrlSafe() {
        assertThat(new RevalidationId("x".repeat(200)).isUrlSafe()).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new RevalidationId("x".repeat(201)));
        assertThat(new RevalidationId("a1.B_~-").isUrlSafe()).isTrue();
        assertThat(new RevalidationId("-a").isUrlSafe()).isFalse();
        assertThat(new RevalidationId("a/b").isUrlSafe()).isFalse();
        assertThat(new RevalidationId("é").isUrlSafe()).isFalse();
    }

    @Test
    void aLeaseHasAnEpochAndANonce() {
        RevalidationId id = new RevalidationId("a");

        assertThatIllegalArgumentException().isThrownBy(() -> new Lease(id, 0, "n"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Lease(id, 1, ""));
    }
}
