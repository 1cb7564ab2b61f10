package dev.cachehandshake.worker.deliver;

import java.net.URI;
import java.util.Optional;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;

/**
 * The one redirect that is followed: with Next.js's {@code trailingSlash} every address moves (308) to the same one with a slash,
 * and without it to the one without.
 */
public final class SlashMove {
    private static final int MOVED = 308;

    private SlashMove() {}

    /** Where to ask instead; empty for any other answer. */
    public static Optional<URI> of(URI url, ClassicHttpResponse response) {
        Header location = response.getFirstHeader(HttpHeaders.LOCATION);
        if (response.getCode() != MOVED || location == null) {
            return Optional.empty();
        }
        try {
            String there = url.resolve(location.getValue()).getRawPath();
            String here = url.getRawPath();
            return (here + "/").equals(there) || here.equals(there + "/")
                    ? Optional.of(url.resolve(there))
                    : Optional.empty();
        } catch (IllegalArgumentException noAddress) {
            return Optional.empty();
        }
    }
}
