package dev.cachehandshake.publisher.api;

import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import java.util.Optional;

/** The id in a handshake's address. */
final class HandshakeId {
    private HandshakeId() {}

    /** Empty when no handshake can have that id. */
    static Optional<RevalidationId> of(String text) {
        try {
            return Optional.of(new RevalidationId(text));
        } catch (IllegalArgumentException notId) {
            return Optional.empty();
        }
    }

    static ProblemException unknown(String id) {
        String shown = Parameters.shorten(id);
        return ProblemException.of(
                        ProblemCode.UNKNOWN_HANDSHAKE,
                        "No handshake has the id " + shown
                                + ": it was never accepted, or it ended so long ago that it was forgotten")
                .with("revalidation_id", shown);
    }
}
