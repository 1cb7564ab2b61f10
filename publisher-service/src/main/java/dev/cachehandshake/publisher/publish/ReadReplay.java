package dev.cachehandshake.publisher.publish;

import dev.cachehandshake.protocol.RevalidationId;
import java.util.Optional;

/** What became of reading the body of a replay. */
public sealed interface ReadReplay {
    /** @param id that the new handshake is to have; empty when any will do */
    record Understood(Optional<RevalidationId> id) implements ReadReplay {}

    record NotUnderstood(ReadUpdate.NotUnderstood why) implements ReadReplay {}
}
