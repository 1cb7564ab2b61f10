package dev.cachehandshake.localstack.doctor;

/**
 * The referee's own counts, all at the same instant.
 *
 * @param ended completed, failed and simulated ones since the Redis was new
 */
record TallySeen(long pending, long acknowledged, long ended) {
    long open() {
        return pending + acknowledged;
    }
}
