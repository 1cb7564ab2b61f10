package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PagePath;
import dev.cachehandshake.protocol.PathType;
import dev.cachehandshake.protocol.TouchedPaths;
import dev.cachehandshake.protocol.store.CatchUp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A member of {@code revalidation:changes:{site}}: what it is, a colon, and the thing itself. */
final class ChangeText {
    private static final String PATH = "path";
    private static final String TAG = "tag";
    private static final String JOB = "job";

    private ChangeText() {}

    static List<String> of(Job job, TouchedPaths touched) {
        List<String> changes = new ArrayList<>();
        for (PagePath page : touched.all()) {
            changes.add(page.type().map(PathType::wireName).orElse(PATH) + ":" + page.value());
        }
        job.tags().forEach(tag -> changes.add(TAG + ":" + tag));
        return changes;
    }

    /** As hello.lua and changes.lua answer it. */
    static CatchUp catchUp(Answer answer) {
        return switch (answer.code()) {
            case EVERYTHING -> new CatchUp.Everything();
            case CHANGES ->
                new CatchUp.Changes(
                        answer.texts().stream().skip(1).map(ChangeText::read).toList());
            default -> throw new IllegalStateException("a script answered " + answer.text(0) + " for what changed");
        };
    }

    static CatchUp.Change read(String text) {
        int colon = text.indexOf(':');
        String kind = text.substring(0, Math.max(0, colon));
        String rest = text.substring(colon + 1);
        return switch (kind) {
            case TAG -> new CatchUp.Tag(rest);
            case JOB -> new CatchUp.ForeignJob(rest);
            case PATH -> new CatchUp.Page(new PagePath(rest, Optional.empty()));
            default -> new CatchUp.Page(new PagePath(rest, PathType.fromWire(kind)));
        };
    }
}
