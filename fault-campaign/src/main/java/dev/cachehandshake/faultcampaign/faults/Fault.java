package dev.cachehandshake.faultcampaign.faults;

import java.time.Duration;

/**
 * One fault of a schedule.
 *
 * @param startsAt after the load began; later when a fault of the same part is not over by then
 * @param lasts until what is broken is mended
 * @param choice picks the victim among those there are, from 0
 */
public record Fault(FaultKind kind, Duration startsAt, Duration lasts, int choice) {
    @Override
    public String toString() {
        return "%s at %d ms for %d ms, choice %d"
                .formatted(kind.words(), startsAt.toMillis(), lasts.toMillis(), choice);
    }
}
