package dev.cachehandshake.protocol;

import java.util.List;
import java.util.Optional;

/**
 * What is to be revalidated: the job as it lies in the queue, read.
 *
 * @param mode how the site shall make pages anew; empty leaves it to the action
 * @param paths the first is the primary one; empty when slug and type say it
 * @param dependencies paths without their leading slash; the empty one is the home page
 * @param unreadablePaths entries of {@code paths} or {@code dependencies} that are no paths at all
 * @param json the job's text as its publisher wrote it: it reaches a site unchanged, unknown fields included
 */
public record Job(
        RevalidationId id,
        String type,
        String slug,
        String site,
        Optional<ContentVersion> version,
        ContentAction action,
        Optional<RevalidationMode> mode,
        List<RequestedPath> paths,
        List<String> tags,
        List<String> dependencies,
        Optional<String> previousSlug,
        boolean dryRun,
        List<RefusedPath> unreadablePaths,
        String json) {
    public static final String DEFAULT_SITE = "default";

    public Job {
        paths = List.copyOf(paths);
        tags = List.copyOf(tags);
        dependencies = List.copyOf(dependencies);
        unreadablePaths = List.copyOf(unreadablePaths);
    }
}
