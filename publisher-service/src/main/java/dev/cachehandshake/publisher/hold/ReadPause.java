package dev.cachehandshake.publisher.hold;

import dev.cachehandshake.publisher.publish.ReadUpdate;
import java.time.Instant;
import java.util.Optional;

/** What became of reading a pause. */
public sealed interface ReadPause {
    /** @param until empty: until the site is resumed */
    record Understood(String reason, Optional<Instant> until) implements ReadPause {}

    record NotUnderstood(ReadUpdate.NotUnderstood why) implements ReadPause {}
}
