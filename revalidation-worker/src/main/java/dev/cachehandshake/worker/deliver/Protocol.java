package dev.cachehandshake.worker.deliver;

import java.util.List;

/** How handshakes are put to a target. */
interface Protocol {
    /** Calls and settles; returns when all are settled. */
    void deliver(List<Parcel> parcels);
}
