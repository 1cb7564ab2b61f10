package dev.cachehandshake.publisher.api;

import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.List;
import org.springframework.web.util.UriComponentsBuilder;

/** Holds query parameters to those that an address knows: a misspelt one would be ignored, and who sent it would not know why. */
final class Parameters {
    private static final int SHOWN = 100;

    private Parameters() {}

    /**
     * @param example of the known ones, for whoever has misspelt one
     * @throws ProblemException {@link ProblemCode#INVALID_PARAMETER} when there is any other
     */
    static void requireKnown(Collection<String> given, List<String> known, String example) {
        for (String name : given) {
            if (!known.contains(name)) {
                throw unknown(name, known, example);
            }
        }
    }

    /**
     * The same of an address that takes none. Of the query only: to ask for parameters would read the body of a form.
     *
     * @throws ProblemException {@link ProblemCode#INVALID_PARAMETER} when there is any
     */
    static void requireNone(HttpServletRequest request) {
        requireKnown(
                UriComponentsBuilder.newInstance()
                        .query(request.getQueryString())
                        .build()
                        .getQueryParams()
                        .keySet(),
                List.of(),
                "");
    }

    /** @param wayOut what to send instead */
    static ProblemException refused(String name, String value, String wayOut) {
        String shown = shorten(value);
        return ProblemException.of(ProblemCode.INVALID_PARAMETER, name + " is \"" + shown + "\": " + wayOut)
                .with("parameter", name)
                .with("value", shown);
    }

    static String shorten(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    private static ProblemException unknown(String name, List<String> known, String example) {
        String shown = shorten(name);
        String those = switch (known.size()) {
            case 0 -> "it takes none";
            case 1 -> "the only one is " + known.getFirst() + ", such as " + example;
            default -> "these are " + String.join(", ", known) + ", such as " + example;
        };
        return ProblemException.of(
                        ProblemCode.INVALID_PARAMETER, "\"" + shown + "\" is no parameter of this address: " + those)
                .with("parameter", shown)
                .with("known_parameters", known);
    }
}
