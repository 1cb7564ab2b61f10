package dev.cachehandshake.protocol.token;

import io.jsonwebtoken.Jwts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;

/** Signs one call. Sign at the moment of the call: the token lives for {@code life} from then. Thread-safe. */
public final class TokenSigner {
    /** The longest that a token may live. */
    public static final Duration MAX_LIFE = Duration.ofMinutes(5);

    private final SigningKey key;
    private final String issuer;
    private final Duration life;
    private final Clock clock;

    /** @throws IllegalArgumentException when {@code life} is not positive or longer than {@link #MAX_LIFE} */
    public TokenSigner(SigningKey key, String issuer, Duration life, Clock clock) {
        if (life.isNegative() || life.isZero() || life.compareTo(MAX_LIFE) > 0) {
            throw new IllegalArgumentException("a token lives for up to 5 minutes, not " + life);
        }
        this.key = key;
        this.issuer = issuer;
        this.life = life;
        this.clock = clock;
    }

    /**
     * @param subject the revalidation_id, or the batch_id
     * @param audience the site called, or {@code cache-handshake}
     */
    // The audience is one text and not a list of one: hand-written routes compare it as a text.
    @SuppressWarnings("deprecation")
    public String sign(String subject, String audience, byte[] body) {
        Instant now = clock.instant();
        return Jwts.builder()
                .header()
                .keyId(key.id())
                .and()
                .subject(subject)
                .issuer(issuer)
                .audience()
                .single(audience)
                .issuedAt(Date.from(now))
                .expiration(Date.from(now.plus(life)))
                .id(UUID.randomUUID().toString())
                .claim("body_sha256", BodyDigest.of(body))
                .signWith(key.key(), Jwts.SIG.HS256)
                .compact();
    }
}
