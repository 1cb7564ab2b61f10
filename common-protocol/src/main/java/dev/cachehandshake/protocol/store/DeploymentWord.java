package dev.cachehandshake.protocol.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What a deploy says of itself.
 *
 * @param id 1 to 128 letters, digits, {@code . _ ~ -}: one a deploy
 * @param takes how long it may take; of one whose start was not heard of, also how long ago its build began at the earliest
 * @param buildBegan when its build began to read content; empty: when its start is heard of
 */
public record DeploymentWord(String site, String id, Kind kind, Duration takes, Optional<Instant> buildBegan) {
    /** How far it is. */
    public enum Kind {
        STARTED,
        FINISHED,
        FAILED;

        /** The name on the wire: lower case. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Kind> fromWire(String name) {
            return Arrays.stream(values())
                    .filter(kind -> kind.wireName().equals(name))
                    .findFirst();
        }
    }
}
