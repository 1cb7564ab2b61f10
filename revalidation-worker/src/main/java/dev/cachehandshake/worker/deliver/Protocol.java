package dev.cachehandshake.worker.deliver;

import java.util.List;

/** How handshakes are put to a target. */
interface Protocol {
    /** Calls and settles; returns when all are settled. */
    void deliver(List<Parcel> parcels);

    /** What the first calls would post, and for which parcels; calls nothing. */
    List<Payload> payloads(List<Parcel> parcels);

    /** What one call posts. */
    record Payload(List<Parcel> parcels, String body) {}
}
