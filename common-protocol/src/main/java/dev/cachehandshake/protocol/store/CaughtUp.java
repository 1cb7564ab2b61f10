package dev.cachehandshake.protocol.store;

/**
 * What was to be delivered once more at the end of a deployment.
 *
 * @param everything whether not all that changed was known; then the others are 0
 */
public record CaughtUp(int pages, int tags, boolean everything) {}
