package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.RevalidationId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * @param popped how many were found to be popped and given a grace
 * @param requeued how many retries came due and were put in their list
 * @param repaired how many ended ones had been overwritten by others
 * @param vanished ids whose hash was gone before they had ended: deleted by somebody, or left to expire
 * @param nextLook how long until the next moment at which something is due; empty when nothing waits
 */
public record Sweep(
        int popped,
        List<Rescue> rescues,
        List<Ending> endings,
        int requeued,
        int repaired,
        Optional<Duration> nextLook,
        List<String> vanished) {
    public Sweep {
        vanished = List.copyOf(vanished);
        rescues = List.copyOf(rescues);
        endings = List.copyOf(endings);
    }

    /** Why a handshake had to be delivered again. */
    public enum Cause {
        /** Popped, and never claimed. */
        POPPED,
        /** Its lease ran out. */
        LEASE,
        /** Its callback did not come. */
        CALLBACK,
        /** What was to cover it failed. */
        COVERED
    }

    public record Rescue(RevalidationId id, Cause cause) {}
}
