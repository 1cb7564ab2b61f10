package dev.cachehandshake.localstack.doctor;

import dev.cachehandshake.protocol.redis.KeyFamily;
import java.util.Optional;

/**
 * A key under one of our prefixes.
 *
 * @param type as TYPE says it
 * @param timeToLiveMs -1 for ever
 */
record KeySeen(String name, String type, long timeToLiveMs) {
    Optional<KeyFamily> family() {
        return KeyFamily.of(name, type);
    }

    boolean isEndless() {
        return timeToLiveMs == -1;
    }
}
