package dev.cachehandshake.worker.replica;

import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PagePath;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.RefusedPrimaryPathException;
import dev.cachehandshake.protocol.store.CatchUp;
import dev.cachehandshake.protocol.wire.JobJson;
import dev.cachehandshake.protocol.wire.MalformedWireException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pages and tags that changes come to, each once, the oldest change first; a foreign job is those that it touches. */
public record ChangedContent(Set<PagePath> pages, Set<String> tags) {
    private static final Logger log = LoggerFactory.getLogger(ChangedContent.class);

    public ChangedContent {
        pages = Collections.unmodifiableSet(new LinkedHashSet<>(pages));
        tags = Collections.unmodifiableSet(new LinkedHashSet<>(tags));
    }

    public static ChangedContent of(CatchUp.Changes changes, PathRules rules) {
        Set<PagePath> pages = new LinkedHashSet<>();
        Set<String> tags = new LinkedHashSet<>();
        for (CatchUp.Change change : changes.changes()) {
            switch (change) {
                case CatchUp.Page page -> pages.add(page.path());
                case CatchUp.Tag tag -> tags.add(tag.tag());
                case CatchUp.ForeignJob foreign -> {
                    try {
                        Job job = JobJson.read(foreign.json());
                        pages.addAll(rules.touchedBy(job).all());
                        tags.addAll(job.tags());
                    } catch (MalformedWireException | RefusedPrimaryPathException undeliverable) {
                        log.debug("a foreign job could not be delivered either: {}", undeliverable.getMessage());
                    }
                }
            }
        }
        return new ChangedContent(pages, tags);
    }
}
