package dev.cachehandshake.protocol;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which pages a job touches.
 *
 * @param prefixes the path prefix of each content type; a type that is not listed lives under {@code /{type}}
 */
public record PathRules(Map<String, String> prefixes) {
    /** Posts live under {@code /blog}. */
    public static final PathRules DEFAULT = new PathRules(Map.of("post", "/blog"));

    public PathRules {
        prefixes = Map.copyOf(prefixes);
    }

    /**
     * The primary path first (the first of {@code paths}, else the slug under the prefix of its type), then the other
     * {@code paths}, the page of the previous slug, and the dependencies.
     *
     * @throws RefusedPrimaryPathException when the primary path cannot be revalidated
     */
    public TouchedPaths touchedBy(Job job) {
        Set<PagePath> pages = new LinkedHashSet<>();
        List<RefusedPath> refused = new ArrayList<>(job.unreadablePaths());
        pages.add(primaryOf(job));
        List<PagePath.Verdict> others = new ArrayList<>();
        job.paths().stream().skip(1).map(PagePath::normalise).forEach(others::add);
        job.previousSlug().map(slug -> pageOf(job.type(), slug)).ifPresent(others::add);
        job.dependencies().stream()
                .map(RequestedPath::of)
                .map(PagePath::normalise)
                .forEach(others::add);
        for (PagePath.Verdict other : others) {
            switch (other) {
                case PagePath.Normal normal -> pages.add(normal.path());
                case PagePath.Refused no -> refused.add(no.path());
            }
        }
        return new TouchedPaths(List.copyOf(pages), refused);
    }

    private PagePath primaryOf(Job job) {
        PagePath.Verdict verdict = job.paths().isEmpty()
                ? pageOf(job.type(), job.slug())
                : PagePath.normalise(job.paths().getFirst());
        PagePath primary = switch (verdict) {
            case PagePath.Normal normal -> normal.path();
            case PagePath.Refused no -> throw new RefusedPrimaryPathException(no.path());
        };
        if (primary.isPattern()) {
            throw new RefusedPrimaryPathException(
                    new RefusedPath(primary.value(), "is a pattern: put one real page first, to prove the change by"));
        }
        return primary;
    }

    /** Judges the slug by itself too: under a prefix, a full URL would pass for a path. */
    private PagePath.Verdict pageOf(String type, String slug) {
        return switch (PagePath.normalise(RequestedPath.of(slug))) {
            case PagePath.Refused no -> no;
            case PagePath.Normal own
            when own.path().value().equals("/") ->
                new PagePath.Refused(new RefusedPath(slug, "is no slug: nothing is left of it without query and hash"));
            case PagePath.Normal own ->
                PagePath.normalise(RequestedPath.of(prefixes.getOrDefault(type, "/" + type) + "/" + slug));
        };
    }
}
