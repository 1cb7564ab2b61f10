package dev.cachehandshake.publisher.api;

import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.boot.ProblemException;
import dev.cachehandshake.protocol.store.FailedPage;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a page ended, as callers hand it back. What it is made of is nobody's business but ours. */
final class PageCursor {
    private static final Pattern PLACE = Pattern.compile("([0-9]{1,16}):(.+)", Pattern.DOTALL);

    private PageCursor() {}

    static String write(FailedPage.Place place) {
        String text = place.failedAtMs() + ":" + place.id().value();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws ProblemException {@link dev.cachehandshake.protocol.boot.ProblemCode#INVALID_PARAMETER} when it is none of ours */
    static FailedPage.Place read(String cursor) {
        try {
            Matcher place = PLACE.matcher(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
            if (place.matches()) {
                return new FailedPage.Place(Long.parseLong(place.group(1)), new RevalidationId(place.group(2)));
            }
        } catch (IllegalArgumentException notOurs) {
            throw refused(cursor);
        }
        throw refused(cursor);
    }

    private static ProblemException refused(String cursor) {
        return Parameters.refused(
                "cursor",
                cursor,
                "send the next_cursor of the page before as it is, or leave it out for the first page");
    }
}
