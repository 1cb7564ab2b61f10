package dev.cachehandshake.localstack.doctor;

/**
 * How many keys of a family there are, and what they take up.
 *
 * @param sampled how many of them were asked for their size; none where the server does not say
 * @param bytes of the sampled ones together
 */
record FamilySize(long keys, long sampled, long bytes) {
    static final FamilySize NONE = new FamilySize(0, 0, 0);

    FamilySize plusKey() {
        return new FamilySize(keys + 1, sampled, bytes);
    }

    FamilySize plusSample(long size) {
        return new FamilySize(keys, sampled + 1, bytes + size);
    }

    double average() {
        return sampled == 0 ? 0 : (double) bytes / sampled;
    }

    /** As if all were like the sampled ones. */
    double estimate() {
        return average() * keys;
    }
}
