package dev.cachehandshake.faultcampaign.verdict;

import dev.cachehandshake.faultcampaign.faults.FaultKind;

/** From when to when something was broken. */
record FaultWindow(int number, FaultKind kind, String victim, long began, long healed) {
    private static final String WORKER = "worker ";

    /** Whether it struck one worker, and no other part. */
    boolean ofOneWorker() {
        return victim.startsWith(WORKER);
    }

    /** @param worker its name, as its tokens have it */
    boolean strikes(String worker) {
        return victim.equals(WORKER + worker) || victim.startsWith(WORKER + worker + " ");
    }

    boolean overlaps(long from, long to) {
        return began <= to && from <= healed;
    }
}
