package dev.cachehandshake.worker.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.token.BodyDigest;
import dev.cachehandshake.protocol.token.SigningKey;
import dev.cachehandshake.protocol.token.TokenSigner;
import dev.cachehandshake.protocol.token.TokenVerifier;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.worker.StrategiesOfTests;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.config.TargetSettings.CallbackAuth;
import dev.cachehandshake.worker.config.TargetSettings.Protocol;
import dev.cachehandshake.worker.roster.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the token of a call says, as a hand-written route would read it. */
class SignedCallTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final SigningKey KEY = SigningKey.of("key-7", "a-revalidation-secret-of-32-bytes-at-least");
    private static final String BODY = "{\"slug\":\"über-uns\"}";

    private AnsweringServer site;
    private SiteCall call;

    @BeforeEach
    void start() throws IOException {
        site = new AnsweringServer(AnsweringServer.always(200, ""));
        TargetSettings target = new TargetSettings(
                "shop",
                "nextjs",
                List.of(site.url()),
                false,
                TargetSettings.Invalidate.ALL,
                Protocol.SINGLE,
                CallbackAuth.JWT,
                Duration.ofSeconds(20),
                null,
                Duration.ofDays(7));
        call = new SiteCall(
                target,
                StrategiesOfTests.BY_DEFAULT,
                new TokenSigner(KEY, "cache-handshake", Duration.ofSeconds(90), CLOCK),
                CLOCK);
    }

    @AfterEach
    void close() throws IOException {
        call.close();
        site.close();
    }

    @Test
    void theHeaderNamesAlgorithmAndKey() {
        ObjectNode header = part(tokenOf("a-1"), 0);

        assertThat(header.path("alg").textValue()).isEqualTo("HS256");
        assertThat(header.path("kid").textValue()).isEqualTo("key-7");
    }

    @Test
    void theClaimsTieTheTokenToThisCall() {
        ObjectNode claims = part(tokenOf("a-1"), 1);

        assertThat(claims.path("sub").textValue()).isEqualTo("a-1");
        assertThat(claims.path("iss").textValue()).isEqualTo("cache-handshake");
        assertThat(claims.path("aud").textValue()).as("a text, not a list").isEqualTo("shop");
        assertThat(claims.path("iat").longValue()).isEqualTo(NOW.getEpochSecond());
        assertThat(claims.path("exp").longValue()).isEqualTo(NOW.getEpochSecond() + 90);
        assertThat(claims.path("jti").textValue()).isNotBlank();
        assertThat(claims.path("body_sha256").textValue())
                .isEqualTo(BodyDigest.of(BODY.getBytes(StandardCharsets.UTF_8)))
                .doesNotContain("=", "+", "/");
    }

    @Test
    void theSameJobIsSignedAnewForEachCall() {
        String first = part(tokenOf("a-1"), 1).path("jti").textValue();
        String second = part(tokenOf("a-1"), 1).path("jti").textValue();

        assertThat(first).isNotEqualTo(second);
    }

    @Test
    void theSiteCanVerifyItOverTheBytesThatItGot() {
        String token = tokenOf("a-1");
        byte[] received = site.requests().getLast().body().getBytes(StandardCharsets.UTF_8);

        assertThat(new TokenVerifier(KEY, "cache-handshake", "shop", CLOCK).verify(token, received))
                .isEqualTo(new TokenVerifier.Genuine(Optional.of("a-1"), Optional.of(BodyDigest.of(received))));
    }

    private String tokenOf(String subject) {
        assertThat(call.post(new Target("nextjs", site.url()), subject, BODY, Duration.ofSeconds(20)))
                .isInstanceOf(CallOutcome.Accepted.class);
        return site.requests().getLast().token();
    }

    private static ObjectNode part(String token, int index) {
        return Json.object(Base64.getUrlDecoder().decode(token.split("\\.", -1)[index]));
    }
}
