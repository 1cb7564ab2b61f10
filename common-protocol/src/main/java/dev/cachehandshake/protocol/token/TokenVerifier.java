package dev.cachehandshake.protocol.token;

import io.jsonwebtoken.Claims;
import io.jsonwebtoken.ExpiredJwtException;
import io.jsonwebtoken.Jws;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;

/**
 * Verifies a token against the body it came with: HS256 and nothing else, signature, expiry, issuer and audience; and, where
 * the token has them, {@code body_sha256} and {@code sub}. Thread-safe.
 */
public final class TokenVerifier {
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    private final JwtParser parser;

    public TokenVerifier(SigningKey key, String issuer, String audience, Clock clock) {
        this.parser = Jwts.parser()
                .verifyWith(key.key())
                .requireIssuer(issuer)
                .requireAudience(audience)
                .clock(() -> Date.from(clock.instant()))
                .clockSkewSeconds(CLOCK_SKEW.toSeconds())
                .build();
    }

    /** What a token is worth. */
    public sealed interface Verdict {}

    /** @param bodyBound whether the token vouches for this very body, and not only for its sender */
    public record Genuine(Optional<String> subject, boolean bodyBound) implements Verdict {}

    /** @param reason for the log and the answer; tells nothing that a forger does not know */
    public record Refused(String reason) implements Verdict {}

    public Verdict verify(String token, byte[] body) {
        Jws<Claims> jws;
        try {
            jws = parser.parseSignedClaims(token);
        } catch (ExpiredJwtException expired) {
            return new Refused("the token has expired");
        } catch (JwtException | IllegalArgumentException bad) {
            return new Refused("the token is not signed with the expected key, issuer and audience");
        }
        if (!"HS256".equals(jws.getHeader().getAlgorithm())) {
            return new Refused("the token is not signed with HS256");
        }
        Claims claims = jws.getPayload();
        if (claims.getExpiration() == null) {
            return new Refused("the token has no expiry (exp)");
        }
        Object digest = claims.get("body_sha256");
        if (digest != null
                && !MessageDigest.isEqual(
                        digest.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                        BodyDigest.of(body).getBytes(java.nio.charset.StandardCharsets.US_ASCII))) {
            return new Refused("the token was signed for another body");
        }
        return new Genuine(Optional.ofNullable(claims.getSubject()), digest != null);
    }
}
