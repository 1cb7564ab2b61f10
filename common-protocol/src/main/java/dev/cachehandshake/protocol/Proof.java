package dev.cachehandshake.protocol;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a site's callback says of one handshake, weighed against what was wanted. The site's own word {@code fresh} is
 * never taken for it: completed means that the pages were seen to carry the version.
 */
public sealed interface Proof {
    /** The site's pages carry the change. */
    record Proven(Optional<String> coveredBy) implements Proof {}

    /** The site confirms, and there was no version to prove it by. */
    record Confirmed() implements Proof {}

    /**
     * The change is not on the pages, or not seen to be.
     *
     * @param reason names page, version seen and version wanted
     */
    record Disproven(String reason) implements Proof {}

    /** What the site claims for a handshake. */
    enum Claim {
        FRESH,
        STALE,
        UNPROVEN,
        FAILED
    }

    /**
     * Weighs a callback.
     *
     * @param superseding tells whether a version is that of a later change of the same entry that has itself been proven;
     *     such a version counts as the wanted one, for opaque versions have no order of their own
     */
    static Proof weigh(
            Job job,
            TouchedPaths touched,
            Claim claim,
            Optional<String> siteSays,
            List<PageSeen> pages,
            Predicate<ContentVersion> superseding) {
        String primary = touched.primary().value();
        Optional<PageSeen> primaryPage =
                pages.stream().filter(page -> page.path().equals(primary)).findFirst();
        if (job.action().removesEntry()) {
            return weighRemoval(claim, siteSays, primary, primaryPage);
        }
        if (job.version().isEmpty()) {
            return claim == Claim.FRESH || claim == Claim.UNPROVEN
                    ? new Confirmed()
                    : new Disproven(
                            siteSays.orElse("the site reports " + claim.name().toLowerCase(java.util.Locale.ROOT)));
        }
        ContentVersion wanted = job.version().get();
        if (primaryPage.isEmpty() || primaryPage.get().version().isEmpty()) {
            return new Disproven(siteSays.orElse(primary + " shows no content-version of " + job.type() + ":"
                    + job.slug() + ", wanted " + wanted.text()));
        }
        Optional<String> covering = Optional.empty();
        for (PageSeen page : pages) {
            if (page.version().isEmpty()) {
                continue;
            }
            ContentVersion seen = page.version().get();
            if (seen.isBehind(wanted)) {
                if (!superseding.test(seen)) {
                    return new Disproven(page.path() + " shows version " + seen.text() + ", wanted " + wanted.text());
                }
                covering = Optional.of(seen.text());
            }
        }
        return new Proven(covering);
    }

    private static Proof weighRemoval(
            Claim claim, Optional<String> siteSays, String primary, Optional<PageSeen> primaryPage) {
        if (primaryPage.isEmpty()) {
            return claim == Claim.FRESH || claim == Claim.UNPROVEN
                    ? new Confirmed()
                    : new Disproven(siteSays.orElse(primary + " was not seen to be gone"));
        }
        PageSeen page = primaryPage.get();
        boolean answered = page.status() >= 200 && page.status() < 400;
        if (page.isGone() || (answered && page.version().isEmpty())) {
            return new Proven(Optional.empty());
        }
        String shown = page.version().map(seen -> "version " + seen.text()).orElse("status " + page.status());
        return new Disproven(primary + " still shows " + shown + ", wanted it gone");
    }
}
