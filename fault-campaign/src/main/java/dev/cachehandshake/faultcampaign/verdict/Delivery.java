package dev.cachehandshake.faultcampaign.verdict;

import java.util.OptionalLong;

/**
 * One handshake in one call.
 *
 * @param version that the call carried
 * @param well whether the site took it well: yes in time, and confirmed in time
 * @param over when the site was through with the call
 * @param proved when the site began to call back for it
 * @param confirmed when its callback got a 2xx
 */
record Delivery(
        long call,
        String worker,
        long version,
        boolean well,
        long began,
        OptionalLong over,
        OptionalLong proved,
        OptionalLong confirmed) {
    /** Whether the call was open at that moment. */
    boolean isOpenAt(long moment) {
        return began < moment && over.orElse(Long.MAX_VALUE) > moment;
    }
}
