package dev.cachehandshake.localstack.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Holds the referee's own count of open handshakes against what a walk found, while they come and go.
 *
 * <p>The walk meets each handshake that was open all the while, perhaps those that were accepted or ended meanwhile, and no
 * other. So it finds no fewer than were open at its beginning less those that ended, and no more than those plus what was
 * accepted. How many ended and were accepted the tally itself says: its changes are right also where its figures are off. What it finds
 * beyond these bounds is a miscount for certain.
 *
 * @param pending what the walk found; so with acknowledged
 */
record TallyCheck(TallySeen before, TallySeen after, long pending, long acknowledged) {
    long ended() {
        return after.ended() - before.ended();
    }

    long accepted() {
        return after.open() - before.open() + ended();
    }

    /** Whether nothing came, went or changed during the walk, so that its figures are exact. */
    boolean isStill() {
        return before.equals(after);
    }

    boolean isOff() {
        long found = pending + acknowledged;
        return isStill()
                ? pending != before.pending() || acknowledged != before.acknowledged()
                : found > before.open() + accepted() || found < before.open() - ended();
    }

    /** What to add to the tally, as HINCRBY takes it: {@code pending -1}. Empty where only a still system would tell. */
    List<String> corrections() {
        List<String> corrections = new ArrayList<>();
        if (isStill()) {
            correction("pending", pending - before.pending()).ifPresent(corrections::add);
            correction("acknowledged", acknowledged - before.acknowledged()).ifPresent(corrections::add);
        }
        return corrections;
    }

    private static Optional<String> correction(String state, long by) {
        return by == 0 ? Optional.empty() : Optional.of(state + " " + by);
    }
}
