package dev.cachehandshake.protocol;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

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

    /**
     * Nobody can know what the pages show, for one of them answers with a server's error or not at all. That says
     * nothing of the change: what the site makes its pages from may be away.
     */
    record Unreadable(String reason) implements Proof {}

    /** What the site claims for a handshake. */
    enum Claim {
        FRESH,
        STALE,
        UNPROVEN,
        FAILED
    }

    /**
     * Weighs a callback. A touched page that the site does not report is as good as stale: nobody has seen what it shows.
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
        boolean removal = job.action().removesEntry() && primaryPage.isPresent();
        if (!removal && job.version().isEmpty() && (claim == Claim.FRESH || claim == Claim.UNPROVEN)) {
            return new Confirmed();
        }
        Optional<PageSeen> broken = broken(touched, pages);
        if (broken.isPresent()) {
            String page = broken.get().path() + " ";
            return new Unreadable(
                    siteSays.filter(words -> words.startsWith(page)).orElse(answered(broken.get())));
        }
        if (removal) {
            return weighRemoval(primaryPage.get(), touched, pages);
        }
        if (job.version().isEmpty()) {
            return new Disproven(
                    siteSays.orElse("the site reports " + claim.name().toLowerCase(Locale.ROOT)));
        }
        ContentVersion wanted = job.version().get();
        if (primaryPage.isEmpty()) {
            return new Disproven(siteSays.orElse(
                    primary + " was not read, wanted " + (job.action().removesEntry() ? "it gone" : wanted.text())));
        }
        if (primaryPage.get().version().isEmpty()) {
            return new Disproven(siteSays.orElse(primary + " shows no content-version of " + job.type() + ":"
                    + job.slug() + ", wanted " + wanted.text()));
        }
        Optional<String> covering = Optional.empty();
        for (PageSeen page : pages) {
            if (page.isUnclear()) {
                return new Disproven(siteSays.orElse(answered(page)));
            }
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
        Optional<String> unread = unread(touched, pages);
        if (unread.isPresent()) {
            return new Disproven(siteSays.orElse(unread.get() + " was not read, wanted " + wanted.text()));
        }
        return new Proven(covering);
    }

    private static Optional<PageSeen> broken(TouchedPaths touched, List<PageSeen> pages) {
        Set<String> asked = touched.all().stream().map(PagePath::value).collect(Collectors.toSet());
        return pages.stream()
                .filter(page -> page.isBroken() && asked.contains(page.path()))
                .findFirst();
    }

    /** A touched page that the site left out of its report; a pattern names many pages, and none of them is asked for. */
    private static Optional<String> unread(TouchedPaths touched, List<PageSeen> pages) {
        Set<String> read = pages.stream().map(PageSeen::path).collect(Collectors.toSet());
        return touched.all().stream()
                .filter(path -> !path.isPattern())
                .map(PagePath::value)
                .filter(path -> !read.contains(path))
                .findFirst();
    }

    /** Gone from its own page, and from every other page that the change touches. */
    private static Proof weighRemoval(PageSeen primary, TouchedPaths touched, List<PageSeen> pages) {
        boolean there = primary.status() >= 200 && primary.status() < 400;
        if (!primary.isGone() && !there && primary.version().isEmpty()) {
            return new Disproven(answered(primary) + ", wanted it gone");
        }
        for (PageSeen page : pages) {
            if (page.version().isPresent() && !page.isGone()) {
                return new Disproven(page.path() + " still shows version "
                        + page.version().get().text() + ", wanted it gone");
            }
            if (page.isUnclear()) {
                return new Disproven(answered(page) + ", wanted it gone");
            }
        }
        return unread(touched, pages)
                .<Proof>map(path -> new Disproven(path + " was not read, wanted it gone"))
                .orElseGet(() -> new Proven(Optional.empty()));
    }

    private static String answered(PageSeen page) {
        return page.path()
                + switch (page.status()) {
                    case PageSeen.NO_ANSWER -> " was not read";
                    case PageSeen.NOT_SAID -> " is reported without its status";
                    default -> " answered with status " + page.status();
                };
    }
}
