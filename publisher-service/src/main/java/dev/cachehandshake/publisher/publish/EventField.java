package dev.cachehandshake.publisher.publish;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The fields that an event may have; any other is refused by name. */
public enum EventField {
    /** Required. The entry's content type: 1 to 64 letters, digits, dashes or underscores. */
    TYPE,
    /** Required. The entry's slug: 1 to 1,024 characters. */
    SLUG,
    /** One of the sites in the settings; default: {@code default}, or the only site there is. */
    SITE,
    /** The entry's version: an integer, an RFC 3339 time, or another text; default: none, so nothing can be proven. */
    VERSION,
    /** Pages to revalidate, the primary one first: texts, or {@code {"path", "type": "page" | "layout"}}; at most 1,000. */
    PATHS,
    /** Cache tags to revalidate: texts of 1 to 256 characters; at most 1,000. */
    TAGS,
    /** Pages that show the entry too: texts; at most 1,000. */
    DEPENDENCIES,
    /** {@code published}, {@code updated} (the default), {@code unpublished} or {@code deleted}. */
    ACTION,
    /** {@code refresh} or {@code expire}; default: by the action. */
    MODE,
    /** {@code urgent}, {@code normal} or {@code low}; default: by the primary path. */
    CLASS,
    /** The slug before this change; its page is revalidated too. */
    PREVIOUS_SLUG,
    /** Whether to do everything but the call to the site; default: false. */
    DRY_RUN,
    /** The handshake's id, chosen by the sender so that sending twice is safe; default: a random UUID. */
    REVALIDATION_ID;

    /** The name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static List<String> wireNames() {
        return Arrays.stream(values()).map(EventField::wireName).toList();
    }

    static Optional<EventField> fromWire(String name) {
        return Arrays.stream(values())
                .filter(field -> field.wireName().equals(name))
                .findFirst();
    }

    /** The field whose name was probably meant. */
    static Optional<EventField> nearestTo(String name) {
        return NearestName.among(wireNames(), name).flatMap(EventField::fromWire);
    }
}
