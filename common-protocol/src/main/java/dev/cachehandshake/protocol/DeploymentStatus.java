package dev.cachehandshake.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How far a deployment of a site has come. {@link #FAILED} and {@link #TIMED_OUT} become {@link #FINISHING} when it is live after all. */
public enum DeploymentStatus {
    /** Its start was told, and its deadline has not passed, or no worker has seen that it has. Holds its site until then. */
    STARTED,
    /** Its end was told; what changed since its build began is to be delivered once more. Holds its site for 60 s at most. */
    FINISHING,
    /** It went well, and what changed since its build began waits to be delivered, or was. Kept 7 days. */
    FINISHED,
    /** It did not go well; the same was done all the same. Kept 7 days. */
    FAILED,
    /** Nobody told its end before its deadline; the same was done all the same. Kept 7 days. */
    TIMED_OUT;

    public boolean isOpen() {
        return this == STARTED || this == FINISHING;
    }

    /** The name on the wire: lower case with dashes. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<DeploymentStatus> fromWire(String name) {
        return Arrays.stream(values())
                .filter(status -> status.wireName().equals(name))
                .findFirst();
    }
}
