package dev.cachehandshake.protocol.token;

import io.jsonwebtoken.Claims;
import io.jsonwebtoken.ExpiredJwtException;
import io.jsonwebtoken.Jws;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;

/**
 * Verifies a token: HS256 and nothing else, signature, expiry, issuer and audience; and where the token has a {@code
 * body_sha256}, that it was signed for the body it came with. Thread-safe.
 */
public final class TokenVerifier {
    /** One that is good for longer is a password and no token. */
    public static final Duration LONGEST_LIFE = Duration.ofHours(1);

    private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    private final JwtParser parser;
    private final Clock clock;

    public TokenVerifier(SigningKey key, String issuer, String audience, Clock clock) {
        this.clock = clock;
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

    /** @param bodyDigest the body that the token vouches for; empty when it vouches only for its sender */
    public record Genuine(Optional<String> subject, Optional<String> bodyDigest) implements Verdict {
        /** What the token is worth beside this very body. */
        public Verdict over(byte[] body) {
            return bodyDigest.isEmpty() || equal(bodyDigest.get(), BodyDigest.of(body))
                    ? this
                    : new Refused("the token was signed for another body");
        }

        private static boolean equal(String one, String other) {
            return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** @param reason for the log and the answer; tells nothing that a forger does not know */
    public record Refused(String reason) implements Verdict {}

    /** Before the body is read: nobody without the key makes the service read one. */
    public Verdict verify(String token) {
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
        if (claims.getExpiration()
                .toInstant()
                .isAfter(clock.instant().plus(LONGEST_LIFE).plus(CLOCK_SKEW))) {
            return new Refused("the token is good for more than an hour (exp)");
        }
        return new Genuine(
                Optional.ofNullable(claims.getSubject()),
                Optional.ofNullable(claims.get("body_sha256")).map(Object::toString));
    }

    /** Both steps at once. */
    public Verdict verify(String token, byte[] body) {
        return switch (verify(token)) {
            case Genuine genuine -> genuine.over(body);
            case Refused refused -> refused;
        };
    }
}
