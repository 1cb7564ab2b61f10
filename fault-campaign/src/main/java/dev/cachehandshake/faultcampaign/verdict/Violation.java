package dev.cachehandshake.faultcampaign.verdict;

/**
 * One promise that was broken.
 *
 * @param invariant which, e.g. {@code I1 nothing accepted is lost}
 * @param subject the id of the handshake, or the entry, that shows it
 * @param what what was seen
 */
public record Violation(String invariant, String subject, String what) {
    @Override
    public String toString() {
        return invariant + ": " + subject + ": " + what;
    }
}
