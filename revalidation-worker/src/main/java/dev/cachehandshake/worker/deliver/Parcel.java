package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.TouchedPaths;
import dev.cachehandshake.protocol.boot.Strategy;
import dev.cachehandshake.protocol.store.Claimed;

/**
 * A claimed handshake that is ready to be delivered.
 *
 * @param strategy of its class; of its page, where a foreign publisher chose none
 */
record Parcel(Claimed claimed, Job job, TouchedPaths touched, Strategy strategy) {}
