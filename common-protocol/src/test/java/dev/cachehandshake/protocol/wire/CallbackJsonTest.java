package dev.cachehandshake.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachehandshake.protocol.ContentVersion;
import dev.cachehandshake.protocol.PageSeen;
import dev.cachehandshake.protocol.Proof;
import dev.cachehandshake.protocol.RevalidationId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CallbackJsonTest {
    private static final RevalidationId A = new RevalidationId("a");

    private static CallbackJson.Callback read(String json) {
        return CallbackJson.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static CallbackJson.Batch batch(Proof.Claim claim, List<PageSeen> pages) {
        return new CallbackJson.Batch(
                "batch-1",
                Optional.of("web-1:3000"),
                Optional.of("r1"),
                Optional.of("b1"),
                List.of(new CallbackJson.Report(A, claim, Optional.of("because"), pages)));
    }

    @Test
    void theOriginalsCallbackIsNothingButTheId() {
        assertThat(read("{\"revalidation_id\": \"a\"}")).isEqualTo(new CallbackJson.Single(A));
        assertThat(CallbackJson.writeSingle(A)).isEqualTo("{\"revalidation_id\":\"a\"}");
    }

    @Test
    void moreThanTheIdIsNoHarm() {
        assertThat(read("{\"revalidation_id\":\"a\",\"status\":\"done\",\"at\":1.5}"))
                .isEqualTo(new CallbackJson.Single(A));
    }

    @Test
    void aBatchHasTheFormOfTheProtocol() {
        CallbackJson.Batch batch = batch(
                Proof.Claim.STALE,
                List.of(
                        new PageSeen("/blog/a", Optional.of(ContentVersion.parse("7")), 200),
                        new PageSeen("/blog", Optional.of(ContentVersion.parse("x")), 200),
                        new PageSeen("/", Optional.empty(), 500)));

        assertThat(CallbackJson.writeBatch(batch))
                .isEqualTo(
                        "{\"batch_id\":\"batch-1\",\"target\":\"web-1:3000\",\"replica\":\"r1\",\"build_id\":\"b1\",\"handshakes\":["
                                + "{\"revalidation_id\":\"a\",\"status\":\"stale\",\"reason\":\"because\",\"pages\":["
                                + "{\"path\":\"/blog/a\",\"version\":7,\"status\":200},"
                                + "{\"path\":\"/blog\",\"version\":\"x\",\"status\":200},"
                                + "{\"path\":\"/\",\"version\":null,\"status\":500}]}]}");
        assertThat(read(CallbackJson.writeBatch(batch))).isEqualTo(batch);
    }

    @ParameterizedTest
    @EnumSource(Proof.Claim.class)
    void everyClaimRoundTrips(Proof.Claim claim) {
        assertThat(read(CallbackJson.writeBatch(batch(claim, List.of())))).isEqualTo(batch(claim, List.of()));
    }

    @Test
    void aLargeVersionIsReadExactly() {
        CallbackJson.Batch read =
                (CallbackJson.Batch) read("{\"batch_id\":\"b\",\"handshakes\":[{\"revalidation_id\":\"a\","
                        + "\"status\":\"fresh\",\"pages\":[{\"path\":\"/\",\"version\":123456789012345678901}]}]}");

        PageSeen page = read.reports().getFirst().pages().getFirst();
        assertThat(page.version().orElseThrow().text()).isEqualTo("123456789012345678901");
        assertThat(page.status()).isEqualTo(PageSeen.NOT_SAID);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | revalidation_id",
                "{\"revalidation_id\":7} | revalidation_id",
                "{\"revalidation_id\":\"\"} | revalidation_id",
                "{\"batch_id\":7,\"handshakes\":[]} | batch_id",
                "{\"batch_id\":\"b\"} | handshakes",
                "{\"batch_id\":\"b\",\"handshakes\":{}} | handshakes",
                "{\"batch_id\":\"b\",\"handshakes\":[7]} | revalidation_id",
                "{\"batch_id\":\"b\",\"handshakes\":[{\"revalidation_id\":\"a\"}]} | status",
                "{\"batch_id\":\"b\",\"handshakes\":[{\"revalidation_id\":\"a\",\"status\":\"FRESH\"}]} | status",
                "{\"batch_id\":\"b\",\"handshakes\":[{\"revalidation_id\":\"a\",\"status\":\"fresh\",\"pages\":[{}]}]} | path",
                "[] | object",
                "x | JSON",
            })
    void aBadBodyIsRefusedByTheNameOfTheField(String body, String named) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOf(MalformedWireException.class)
                .hasMessageContaining(named);
    }

    @Test
    void pagesAreKeptAsTheyWereReported() {
        assertThat(CallbackJson.writePages(
                        List.of(new PageSeen("/é", Optional.of(ContentVersion.parse("2026-01-01T00:00:00Z")), 200))))
                .isEqualTo("[{\"path\":\"/é\",\"version\":\"2026-01-01T00:00:00Z\",\"status\":200}]");
    }
}
