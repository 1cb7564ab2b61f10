package dev.cachehandshake.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A normalised path of a page, in the form Next's {@code revalidatePath} has an effect on: decoded, no query, one leading
 * slash. Next ignores every other form and answers 200 all the same.
 *
 * @param value starts with one slash
 * @param type given when the value is a route pattern
 */
public record PagePath(String value, Optional<PathType> type) {
    /** Next ignores longer ones with a line in its log. */
    public static final int MAX_LENGTH = 1024;

    private static final Pattern FULL_URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://.*", Pattern.DOTALL);
    private static final Pattern ROUTE_PATTERN = Pattern.compile(".*\\[[^/]*].*");

    /** What became of a requested path. */
    public sealed interface Verdict {}

    public record Normal(PagePath path) implements Verdict {}

    public record Refused(RefusedPath path) implements Verdict {}

    /** Normalises a path, or says why it cannot be one. Pure; never throws. */
    public static Verdict normalise(RequestedPath requested) {
        String text = requested.text();
        if (FULL_URL.matcher(text).matches()) {
            return refused(text, "is a full URL: send the path alone, such as /blog/my-post");
        }
        String path = "/" + stripLeadingSlashes(decode(beforeQuery(text)));
        if (path.chars().anyMatch(Character::isISOControl)) {
            return refused(text, "holds a control character");
        }
        if (Arrays.asList(path.split("/", -1)).contains("..")) {
            return refused(text, "holds a \"..\" segment: send the path that the page is served at");
        }
        if (path.indexOf(',') >= 0) {
            return refused(text, "holds a comma, and Next.js ignores such a path");
        }
        if (path.length() > MAX_LENGTH) {
            return refused(text, "has " + path.length() + " characters, and Next.js ignores more than " + MAX_LENGTH);
        }
        if (requested.type().isEmpty() && ROUTE_PATTERN.matcher(path).matches()) {
            return refused(
                    text,
                    "is a route pattern without its type: send {\"path\": …, \"type\": \"page\"} (or \"layout\"), or a real"
                            + " path");
        }
        return new Normal(new PagePath(path, requested.type()));
    }

    /** A pattern names many pages, so no one page can be fetched to prove it. */
    public boolean isPattern() {
        return type.isPresent() && ROUTE_PATTERN.matcher(value).matches();
    }

    /** What normalises to this very page: percent signs and question marks of a decoded path would be read as such once more. */
    public RequestedPath asRequested() {
        String text = value.replace("%", "%25").replace("?", "%3F").replace("#", "%23");
        return new RequestedPath(text, type);
    }

    private static Refused refused(String text, String reason) {
        return new Refused(new RefusedPath(text, reason));
    }

    private static String beforeQuery(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '?' || text.charAt(i) == '#') {
                return text.substring(0, i);
            }
        }
        return text;
    }

    private static String stripLeadingSlashes(String text) {
        int start = 0;
        while (start < text.length() && text.charAt(start) == '/') {
            start++;
        }
        return text.substring(start);
    }

    /** Percent-decodes once; a text that is not well-formed percent-encoded UTF-8 is taken literally. */
    private static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer decoded = ByteBuffer.allocate(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                decoded.put(bytes[i]);
                continue;
            }
            int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                return text;
            }
            decoded.put((byte) (high * 16 + low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
        } catch (CharacterCodingException notUtf8) {
            return text;
        }
    }
}
