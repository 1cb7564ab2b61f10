package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.RevalidationId;

/** What a callback changed. */
public sealed interface Confirmed {
    /** It ended the handshake. */
    record Ended(Ending ending) implements Confirmed {}

    /** It was bad news, and another delivery follows. */
    record WillRetry(RevalidationId id) implements Confirmed {}

    /** Nothing changed: the handshake had ended before, in this state; the callback was recorded. */
    record Late(RevalidationId id, HandshakeState state) implements Confirmed {}

    /** Nothing changed: bad news of a delivery that is not the latest. */
    record Superseded(RevalidationId id) implements Confirmed {}

    /** Nothing changed: no delivery of it has ever begun. */
    record NotDelivered(RevalidationId id) implements Confirmed {}

    /** Nothing changed: it was delivered to a target that has to prove its version, and this is no proof. */
    record ProofRequired(RevalidationId id) implements Confirmed {}

    /** Nothing changed: it was delivered to several targets, and this does not say whose news it is. */
    record TargetRequired(RevalidationId id) implements Confirmed {}

    /** It ended this target's part of the handshake, and other targets go on; or nothing is left to end. */
    record LegEnded(RevalidationId id) implements Confirmed {}

    /** Nothing changed and nothing was created: nobody knows this id. */
    record Unknown(RevalidationId id) implements Confirmed {}
}
