package dev.cachehandshake.worker.callback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.protocol.token.SigningKey;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.scriptedtarget.CallbackTiming;
import dev.cachehandshake.worker.RunningWorker;
import dev.cachehandshake.worker.SentCallback;
import io.jsonwebtoken.Jwts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a callback lacks gets an answer of its own, and changes nothing. */
class RefusedCallbackTest {
    @RegisterExtension
    static final RunningWorker worker = RunningWorker.with("handshake.callback-limit=64KB");

    private String id;
    private String batchId;
    private String body;
    private Map<String, String> before;

    @BeforeEach
    void aHandshakeAwaitsItsCallback() {
        id = "a-" + UUID.randomUUID();
        worker.site().play(Behaviour.healthy().callingBack(CallbackTiming.never()));
        worker.publish(id, "\"version\":7");
        worker.awaitView(id, view -> view.phase() == Phase.AWAITING);
        batchId = worker.site().calls().getLast().batchId().orElseThrow();
        body = SentCallback.batch(batchId, id, "fresh", SentCallback.everyPage(id, "7"));
        before = worker.hash(id);
    }

    @Test
    void theSameCallbackWithAGoodTokenIsTaken() {
        assertThat(SentCallback.signed(worker, batchId, body).acknowledged().resultFor(id))
                .isEqualTo("completed");
    }

    @Test
    void withoutAToken() {
        assertRefused(SentCallback.withoutToken(worker, body), "no Bearer token");
    }

    @Test
    void theChallengeNamesTheScheme() {
        assertThat(SentCallback.withoutToken(worker, body).response().headers().firstValue("WWW-Authenticate"))
                .hasValue("Bearer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-token", "a.b.c", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJkZWZhdWx0In0."})
    void withATokenThatIsNone(String token) {
        assertRefused(SentCallback.withBearer(worker, token, body), "not signed with the expected key");
    }

    @Test
    void signedWithAnotherKey() {
        String token = SentCallback.token(
                "a-key-that-an-attacker-made-up-0123456789", "default", Clock.systemUTC(), batchId, body);

        assertRefused(SentCallback.withBearer(worker, token, body), "expected key, issuer and audience");
    }

    @Test
    void signedWithTheKeyOfTheOtherWay() {
        String token =
                SentCallback.token(RunningWorker.REVALIDATION_SECRET, "default", Clock.systemUTC(), batchId, body);

        assertRefused(SentCallback.withBearer(worker, token, body), "expected key, issuer and audience");
    }

    @Test
    void withATokenThatHasExpired() {
        Clock earlier = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-10));
        String token = SentCallback.token(RunningWorker.CALLBACK_SECRET, "default", earlier, batchId, body);

        assertRefused(SentCallback.withBearer(worker, token, body), "expired");
    }

    @Test
    void signedForAnotherBody() {
        String other = SentCallback.batch(batchId, id, "fresh", SentCallback.page("/blog/" + id, "6"));

        assertRefused(
                SentCallback.withBearer(worker, SentCallback.token(batchId, other), body), "signed for another body");
    }

    @Test
    void signedByAnotherSite() {
        String token = SentCallback.token(RunningWorker.CALLBACK_SECRET, "shop", Clock.systemUTC(), batchId, body);

        assertRefused(SentCallback.withBearer(worker, token, body), "expected key, issuer and audience");
    }

    @Test
    void signedForAnotherBatch() {
        assertRefused(SentCallback.signed(worker, "another-batch", body), "(sub)");
    }

    @Test
    void signedForAnotherHandshake() {
        assertRefused(SentCallback.signed(worker, "another-id", SentCallback.single(id)), "(sub)");
    }

    @Test
    void aBatchThatIsNotTiedToItsBody() {
        assertRefused(SentCallback.withBearer(worker, tokenWithoutDigest(), body), "body_sha256");
    }

    @Test
    void thePlainSecretWhereItIsNotAllowed() {
        assertRefused(
                SentCallback.withBearer(worker, RunningWorker.CALLBACK_SECRET, body),
                "not signed with the expected key");
    }

    @Test
    void aSingleCallbackForAHandshakeThatNeedsProof() {
        SentCallback answer = SentCallback.signed(worker, id, SentCallback.single(id));

        assertThat(answer.problem(409, "proof-required")).contains(id).contains("batch form");
        assertThat(answer.json().path("revalidation_id").textValue()).isEqualTo(id);
        assertNothingChanged();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {                                          | is not well-formed JSON
            []                                         | is not a JSON object
            {}                                         | has no text "revalidation_id"
            {"revalidation_id":7}                      | has no text "revalidation_id"
            {"revalidation_id":""}                     | has a bad "revalidation_id"
            {"batch_id":7,"handshakes":[]}             | "batch_id" that is no text
            {"batch_id":"b"}                           | no "handshakes"
            {"batch_id":"b","handshakes":[{}]}         | has no text "revalidation_id"
            {"revalidation_id":"a","revalidation_id":"b"} | Duplicate field
            """)
    void malformed(String malformed, String said) {
        SentCallback answer = SentCallback.signed(worker, "b", malformed);

        assertThat(answer.problem(400, "malformed-json"))
                .startsWith("The callback")
                .contains(said);
        assertNothingChanged();
    }

    @Test
    void withAStatusThatNobodyKnows() {
        String odd = SentCallback.batch(batchId, id, "splendid");

        assertThat(SentCallback.signed(worker, batchId, odd).problem(400, "malformed-json"))
                .contains("splendid")
                .contains("fresh, stale, unproven, failed");
        assertNothingChanged();
    }

    @Test
    void tooLarge() {
        String large = body + " ".repeat(64 * 1024);

        assertThat(SentCallback.signed(worker, batchId, large).problem(413, "body-too-large"))
                .isNotBlank();
        assertNothingChanged();
    }

    @Test
    void ofAnUnknownHandshake() {
        String single = SentCallback.single("never-heard-of");

        assertThat(SentCallback.signed(worker, "never-heard-of", single).problem(404, "unknown-handshake"))
                .contains("never-heard-of");
        assertThat(worker.redis().exists("revalidation:never-heard-of:status")).isZero();
    }

    @Test
    void ofAnotherSitesHandshake() {
        // given a handshake that the worker of the other site holds
        worker.redis()
                .hset(
                        "revalidation:of-the-shop:status",
                        Map.of("referee_state", "pending", "site", "shop", "phase", "awaiting", "epoch", "1"));

        // when
        SentCallback single = SentCallback.signed(worker, "of-the-shop", SentCallback.single("of-the-shop"));
        SentCallback batch = SentCallback.signed(worker, "b", SentCallback.batch("b", "of-the-shop", "fresh"));

        // then
        single.problem(404, "unknown-handshake");
        assertThat(batch.acknowledged().resultFor("of-the-shop")).isEqualTo("unknown");
        assertThat(worker.hash("of-the-shop"))
                .isEqualTo(Map.of("referee_state", "pending", "site", "shop", "phase", "awaiting", "epoch", "1"));
    }

    @Test
    void ofAHandshakeThatWasNeverDelivered() {
        // given
        Map<String, String> queued =
                Map.of("referee_state", "pending", "site", "default", "phase", "queued", "epoch", "0");
        worker.redis().hset("revalidation:queued-one:status", queued);

        // when
        SentCallback single = SentCallback.signed(worker, "queued-one", SentCallback.single("queued-one"));
        SentCallback batch = SentCallback.signed(worker, "b", SentCallback.batch("b", "queued-one", "unproven"));

        // then
        single.problem(409, "not-delivered");
        assertThat(batch.acknowledged().resultFor("queued-one")).isEqualTo("not-delivered");
        assertThat(worker.hash("queued-one")).isEqualTo(queued);
    }

    @Test
    void inABatchAnUnknownOneLeavesTheOthersAlone() {
        String mixed = "{\"batch_id\":\"%s\",\"handshakes\":[%s,%s]}"
                .formatted(
                        batchId,
                        "{\"revalidation_id\":\"unheard-of\",\"status\":\"fresh\",\"pages\":[]}",
                        "{\"revalidation_id\":\"%s\",\"status\":\"fresh\",\"pages\":[{%s}]}"
                                .formatted(id, String.join("},{", SentCallback.everyPage(id, "7"))));

        SentCallback answer = SentCallback.signed(worker, batchId, mixed).acknowledged();

        assertThat(List.of(answer.resultFor("unheard-of"), answer.resultFor(id)))
                .containsExactly("unknown", "completed");
    }

    private void assertRefused(SentCallback answer, String reason) {
        assertThat(answer.problem(401, "unauthorized")).contains(reason).contains("CALLBACK_SECRET");
        assertNothingChanged();
    }

    private void assertNothingChanged() {
        assertThat(worker.hash(id)).isEqualTo(before);
        assertThat(worker.redis().zscore(RedisKeys.DEADLINES, id)).isNotNull();
    }

    private String tokenWithoutDigest() {
        Instant now = Clock.systemUTC().instant();
        return Jwts.builder()
                .subject(batchId)
                .issuer("default")
                .audience()
                .add("cache-handshake")
                .and()
                .expiration(Date.from(now.plusSeconds(60)))
                .signWith(SigningKey.of("1", RunningWorker.CALLBACK_SECRET).key(), Jwts.SIG.HS256)
                .compact();
    }
}
