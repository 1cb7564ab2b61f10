package dev.cachehandshake.worker.probe;

import dev.cachehandshake.protocol.ContentVersion;
import java.util.List;
import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;

/**
 * What a page says it shows: each {@code <meta name="content-version" content="type:slug@version">}.
 *
 * @param shown every marker, in the page's order
 */
record ContentMarkers(List<Marker> shown) {
    private static final String NAME = "content-version";

    ContentMarkers {
        shown = List.copyOf(shown);
    }

    /** @param entry {@code type:slug} */
    record Marker(String entry, ContentVersion version) {}

    /** Whatever the page looks like; a marker that makes no sense is none. */
    static ContentMarkers in(String html) {
        return new ContentMarkers(Jsoup.parse(html).select("meta[name]").stream()
                .filter(meta -> meta.attr("name").strip().equalsIgnoreCase(NAME))
                .flatMap(meta -> marker(meta).stream())
                .toList());
    }

    /** The entry's version; of several, one that is behind the wanted one. */
    Optional<ContentVersion> versionOf(String entry, ContentVersion wanted) {
        List<ContentVersion> versions = shown.stream()
                .filter(marker -> marker.entry().equals(entry))
                .map(Marker::version)
                .toList();
        return versions.stream()
                .filter(version -> version.isBehind(wanted))
                .findFirst()
                .or(() -> versions.stream().findFirst());
    }

    private static Optional<Marker> marker(Element meta) {
        String content = meta.attr("content").strip();
        // A slug may hold an @; a version is what follows the last one.
        int split = content.lastIndexOf('@');
        if (split < 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Marker(content.substring(0, split), ContentVersion.parse(content.substring(split + 1))));
        } catch (IllegalArgumentException noVersion) {
            return Optional.empty();
        }
    }
}
