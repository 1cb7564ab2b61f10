package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.TouchedPaths;
import dev.cachehandshake.protocol.store.Claimed;

/** A claimed handshake that is ready to be delivered. */
record Parcel(Claimed claimed, Job job, TouchedPaths touched) {}
