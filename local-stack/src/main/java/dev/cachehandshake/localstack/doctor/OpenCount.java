package dev.cachehandshake.localstack.doctor;

import java.util.Arrays;
import java.util.stream.LongStream;

/** Counts ids of which some may come twice, at eight bytes each: by a hash of 64 bits, which as good as never meets another. */
final class OpenCount {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final LongStream.Builder hashes = LongStream.builder();

    void add(String id) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < id.length(); i++) {
            hash = (hash ^ id.charAt(i)) * FNV_PRIME;
        }
        hashes.add(hash);
    }

    /** Once, at the end. */
    long distinct() {
        long[] sorted = hashes.build().toArray();
        Arrays.sort(sorted);
        long distinct = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (i == 0 || sorted[i] != sorted[i - 1]) {
                distinct++;
            }
        }
        return distinct;
    }
}
