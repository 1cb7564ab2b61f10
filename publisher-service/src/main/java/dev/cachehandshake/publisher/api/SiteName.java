package dev.cachehandshake.publisher.api;

import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import java.util.List;

/** The site in an address. */
final class SiteName {
    private SiteName() {}

    /** @throws ProblemException {@link ProblemCode#UNKNOWN_SITE} when it is none of the known ones */
    static void require(String site, List<String> known) {
        if (!known.contains(site)) {
            String shown = Parameters.shorten(site);
            throw ProblemException.of(
                            ProblemCode.UNKNOWN_SITE,
                            "\"" + shown + "\" is no site of this service (handshake.sites): send one of: "
                                    + String.join(", ", known))
                    .with("site", shown)
                    .with("known_sites", known);
        }
    }

    /** @param keys that a stranger's data lies in */
    static ProblemException notHoldable(String site, String keys) {
        return ProblemException.of(
                        ProblemCode.NOT_HOLDABLE,
                        "Nothing was written, for Redis has something else in the place of what holds the site " + site
                                + ": look at " + keys + ", and rename or delete what is not of Cache Handshake")
                .with("site", site);
    }
}
