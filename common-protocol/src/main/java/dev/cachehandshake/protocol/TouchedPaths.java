package dev.cachehandshake.protocol;

import java.util.List;

/**
 * The pages that a change touches.
 *
 * @param all every page once, the primary one first
 * @param refused what was asked for and cannot be revalidated; reported, and no reason to fail
 */
public record TouchedPaths(List<PagePath> all, List<RefusedPath> refused) {
    public TouchedPaths {
        all = List.copyOf(all);
        refused = List.copyOf(refused);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("a change touches at least its primary page");
        }
    }

    public PagePath primary() {
        return all.getFirst();
    }
}
