package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.PagePath;
import java.util.List;

/** What a replica that starts has to make anew. */
public sealed interface CatchUp {
    /** So much has changed, or so long ago was it built, that not all of it is known. */
    record Everything() implements CatchUp {}

    /** The oldest first, each once. */
    record Changes(List<Change> changes) implements CatchUp {
        public Changes {
            changes = List.copyOf(changes);
        }
    }

    sealed interface Change {}

    record Page(PagePath path) implements Change {}

    record Tag(String tag) implements Change {}

    /** @param json a foreign publisher's, as it was claimed */
    record ForeignJob(String json) implements Change {}
}
