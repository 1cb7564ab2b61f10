package dev.cachehandshake.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * How urgent a handshake is. Each class has lists and calls of its own, so that none waits behind another; whoever claims asks
 * the higher ones more often.
 */
public enum DeliveryClass {
    /** What must not wait, such as the home page. */
    URGENT,
    /** What is published in the course of a day; also whatever a foreign publisher pushes into the intake. */
    NORMAL,
    /** All the rest, and bulk imports. */
    LOW;

    /** The name on the wire and in keys: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty when no class has that name. */
    public static Optional<DeliveryClass> fromWire(String name) {
        return Arrays.stream(values())
                .filter(known -> known.wireName().equals(name))
                .findFirst();
    }
}
