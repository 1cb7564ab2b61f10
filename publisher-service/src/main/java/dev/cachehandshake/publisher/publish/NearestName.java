package dev.cachehandshake.publisher.publish;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant by a misspelt one; capitals, dashes and underscores do not count. */
final class NearestName {
    /** How far a misspelt name may be from the one meant. */
    private static final int NEAR = 2;

    private NearestName() {}

    static Optional<String> among(List<String> known, String name) {
        String bare = bare(name);
        int longest = known.stream().mapToInt(String::length).max().orElse(0);
        if (bare.length() > 2 * longest) {
            return Optional.empty();
        }
        String nearest = null;
        int least = NEAR + 1;
        for (String candidate : known) {
            String bareCandidate = bare(candidate);
            int distance = SpellingDistance.between(bare, bareCandidate);
            if (distance < least && distance < bareCandidate.length() / 2) {
                nearest = candidate;
                least = distance;
            }
        }
        return Optional.ofNullable(nearest);
    }

    private static String bare(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[_\\- ]", "");
    }
}
