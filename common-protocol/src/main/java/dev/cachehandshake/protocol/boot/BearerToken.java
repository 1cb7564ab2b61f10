package dev.cachehandshake.protocol.boot;

import dev.cachehandshake.protocol.token.BodyDigest;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.springframework.http.HttpHeaders;

/** What a request carries in {@code Authorization: Bearer …} (RFC 6750; the scheme's case does not matter). */
public final class BearerToken {
    private static final String SCHEME = "Bearer ";

    private BearerToken() {}

    public static Optional<String> of(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        String token = header.substring(SCHEME.length()).strip();
        return token.isEmpty() ? Optional.empty() : Optional.of(token);
    }

    /** Compares without telling by its time where two secrets differ, nor how long the expected one is. */
    public static boolean matches(String given, String expected) {
        return MessageDigest.isEqual(
                BodyDigest.sha256(given.getBytes(StandardCharsets.UTF_8)),
                BodyDigest.sha256(expected.getBytes(StandardCharsets.UTF_8)));
    }
}
