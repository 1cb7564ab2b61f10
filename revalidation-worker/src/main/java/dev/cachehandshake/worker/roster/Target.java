package dev.cachehandshake.worker.roster;

import java.net.URI;

/**
 * One process, or one door to several, that a site's jobs are posted to.
 *
 * @param name in progress, metrics and logs, and in what sites call back
 * @param origin without a slash at its end; may have a path
 */
public record Target(String name, URI origin) {
    private static final String ROUTE = "/api/revalidate";

    /** Where jobs are posted. */
    public URI route() {
        return URI.create(origin + ROUTE);
    }
}
