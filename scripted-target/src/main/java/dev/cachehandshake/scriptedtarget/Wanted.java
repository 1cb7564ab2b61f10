package dev.cachehandshake.scriptedtarget;

import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.RevalidationId;
import java.util.List;

/**
 * One handshake of a call.
 *
 * @param job as the site got it
 * @param paths the pages it touches, the primary one first; route patterns are left out, for nobody can fetch one
 */
public record Wanted(Job job, List<String> paths) {
    public Wanted {
        paths = List.copyOf(paths);
    }

    public RevalidationId id() {
        return job.id();
    }
}
