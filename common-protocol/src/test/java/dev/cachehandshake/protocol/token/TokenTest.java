package dev.cachehandshake.protocol.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final SigningKey KEY = SigningKey.of("k1", SECRET);
    private static final SigningKey LONG_KEY = SigningKey.of("k1", SECRET + SECRET);
    private static final SigningKey OTHER_KEY = SigningKey.of("k1", SECRET.replace('0', 'x'));
    private static final byte[] BODY = "{\"revalidation_id\":\"a\"}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER_BODY = "{\"revalidation_id\":\"b\"}".getBytes(StandardCharsets.UTF_8);
    private static final Duration LIFE = Duration.ofMinutes(5);

    private static Clock at(Instant time) {
        return Clock.fixed(time, ZoneOffset.UTC);
    }

    private static String signed(SigningKey key) {
        return new TokenSigner(key, "cache-handshake", LIFE, at(NOW)).sign("a", "default", BODY);
    }

    private static TokenVerifier.Verdict verify(String token, byte[] body) {
        return verify(KEY, token, body, NOW);
    }

    private static TokenVerifier.Verdict verify(SigningKey key, String token, byte[] body, Instant when) {
        return new TokenVerifier(key, "cache-handshake", "default", at(when)).verify(token, body);
    }

    /** As a hand-written signer would make one. */
    private static JwtBuilder byHand() {
        return Jwts.builder()
                .issuer("cache-handshake")
                .audience()
                .add("default")
                .and()
                .expiration(Date.from(NOW.plusSeconds(60)));
    }

    private static void assertRefused(TokenVerifier.Verdict verdict) {
        assertThat(verdict).isInstanceOf(TokenVerifier.Refused.class);
        assertThat(((TokenVerifier.Refused) verdict).reason()).isNotBlank().doesNotContain(SECRET);
    }

    private static String part(String token, int index) {
        return new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[index]), StandardCharsets.UTF_8);
    }

    @Test
    void aSignedCallIsGenuine() {
        assertThat(verify(signed(KEY), BODY))
                .isEqualTo(new TokenVerifier.Genuine(Optional.of("a"), Optional.of(BodyDigest.of(BODY))));
    }

    @Test
    void theTokenHasTheFormOfTheContract() {
        String token = signed(KEY);

        assertThat(part(token, 0)).contains("\"alg\":\"HS256\"").contains("\"kid\":\"k1\"");
        assertThat(part(token, 1))
                .contains("\"sub\":\"a\"")
                .contains("\"iss\":\"cache-handshake\"")
                .contains("\"aud\":\"default\"")
                .contains("\"iat\":" + NOW.getEpochSecond())
                .contains("\"exp\":" + NOW.plus(LIFE).getEpochSecond())
                .containsPattern("\"jti\":\"[0-9a-f-]{36}\"")
                .contains("\"body_sha256\":\"" + BodyDigest.of(BODY) + "\"");
    }

    @Test
    void noTwoTokensAreAlike() {
        assertThat(signed(KEY)).isNotEqualTo(signed(KEY));
    }

    @Test
    void aLongSecretStillSignsWithHs256() {
        String token = signed(LONG_KEY);

        assertThat(part(token, 0)).contains("\"alg\":\"HS256\"");
        assertThat(verify(LONG_KEY, token, BODY, NOW)).isInstanceOf(TokenVerifier.Genuine.class);
    }

    @Test
    void anotherKeyIsRefused() {
        assertRefused(verify(signed(OTHER_KEY), BODY));
    }

    @Test
    void anotherBodyIsRefused() {
        assertRefused(verify(signed(KEY), OTHER_BODY));
        assertRefused(verify(signed(KEY), new byte[0]));
    }

    @Test
    void anExpiredOneIsRefusedAfterTheAllowedSkew() {
        String token = signed(KEY);
        Instant end = NOW.plus(LIFE);

        assertThat(verify(KEY, token, BODY, end.plusSeconds(29))).isInstanceOf(TokenVerifier.Genuine.class);
        assertThat(verify(KEY, token, BODY, end.plusSeconds(31)))
                .isEqualTo(new TokenVerifier.Refused("the token has expired"));
    }

    @Test
    void oneThatIsNotValidYetIsRefused() {
        String token = byHand().notBefore(Date.from(NOW.plusSeconds(120)))
                .expiration(Date.from(NOW.plusSeconds(300)))
                .signWith(KEY.key(), Jwts.SIG.HS256)
                .compact();

        assertRefused(verify(token, BODY));
    }

    @Test
    void anotherIssuerIsRefused() {
        assertRefused(verify(new TokenSigner(KEY, "a site", LIFE, at(NOW)).sign("a", "default", BODY), BODY));
    }

    @Test
    void anotherAudienceIsRefused() {
        assertRefused(verify(new TokenSigner(KEY, "cache-handshake", LIFE, at(NOW)).sign("a", "another", BODY), BODY));
    }

    @Test
    void oneWithoutIssuerOrAudienceIsRefused() {
        Date later = Date.from(NOW.plusSeconds(60));

        assertRefused(verify(
                Jwts.builder()
                        .issuer("cache-handshake")
                        .expiration(later)
                        .signWith(KEY.key())
                        .compact(),
                BODY));
        assertRefused(verify(
                Jwts.builder()
                        .audience()
                        .add("default")
                        .and()
                        .expiration(later)
                        .signWith(KEY.key())
                        .compact(),
                BODY));
    }

    @Test
    void oneWithoutExpiryIsRefused() {
        String token = Jwts.builder()
                .issuer("cache-handshake")
                .audience()
                .add("default")
                .and()
                .signWith(KEY.key(), Jwts.SIG.HS256)
                .compact();

        assertThat(verify(token, BODY)).isEqualTo(new TokenVerifier.Refused("the token has no expiry (exp)"));
    }

    @Test
    void oneThatIsGoodForDaysIsAPasswordAndRefused() {
        String token = byHand().expiration(Date.from(NOW.plus(Duration.ofDays(1))))
                .signWith(KEY.key(), Jwts.SIG.HS256)
                .compact();

        assertThat(verify(token, BODY))
                .isEqualTo(new TokenVerifier.Refused("the token is good for more than an hour (exp)"));
    }

    @Test
    void anUnsignedOneIsRefused() {
        assertRefused(verify(byHand().compact(), BODY));
        String header = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        String token = signed(KEY);
        assertRefused(verify(header + token.substring(token.indexOf('.'), token.lastIndexOf('.') + 1), BODY));
    }

    @Test
    void hs512IsRefusedThoughTheKeyIsRight() {
        String token = byHand().signWith(LONG_KEY.key(), Jwts.SIG.HS512).compact();

        assertThat(verify(LONG_KEY, token, BODY, NOW))
                .isEqualTo(new TokenVerifier.Refused("the token is not signed with HS256"));
    }

    @Test
    void aChangedPayloadIsRefused() {
        String[] parts = signed(KEY).split("\\.", -1);
        String payload = part(signed(KEY), 1).replace("\"sub\":\"a\"", "\"sub\":\"b\"");
        parts[1] = Base64.getUrlEncoder().withoutPadding().encodeToString(payload.getBytes(StandardCharsets.UTF_8));

        assertRefused(verify(String.join(".", parts), BODY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "x", "a.b.c", "...", "Bearer x", "\u0000"})
    void whatIsNoTokenIsRefused(String token) {
        assertRefused(verify(token, BODY));
    }

    @Test
    void aTokenByHandMayLeaveTheBodyOutAndIsMarkedSo() {
        String token = byHand().signWith(KEY.key(), Jwts.SIG.HS256).compact();

        assertThat(verify(token, BODY)).isEqualTo(new TokenVerifier.Genuine(Optional.empty(), Optional.empty()));
    }

    @Test
    void aDigestThatIsNoTextIsRefused() {
        String token = byHand().claim("body_sha256", 7).signWith(KEY.key()).compact();

        assertRefused(verify(token, BODY));
    }

    @Test
    void aShortSecretIsRefusedAndNeverShown() {
        assertThat(SigningKey.of("k", "é".repeat(16)).id()).as("32 bytes").isEqualTo("k");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKey.of("k", "short-secret"))
                .withMessageContaining("12 bytes")
                .withMessageNotContaining("short-secret");
        assertThat(KEY.toString()).isEqualTo("SigningKey[k1]");
    }

    @Test
    void aLifeIsUpToFiveMinutes() {
        for (Duration life : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1), LIFE.plusMillis(1)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new TokenSigner(KEY, "i", life, at(NOW)))
                    .withMessageContaining("5 minutes");
        }
    }

    @Test
    void theDigestIsBase64UrlWithoutPadding() {
        assertThat(BodyDigest.of(new byte[0])).isEqualTo("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    }
}
