package dev.cachehandshake.worker.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.token.SigningKey;
import dev.cachehandshake.protocol.token.TokenSigner;
import dev.cachehandshake.worker.StrategiesOfTests;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.config.TargetSettings.CallbackAuth;
import dev.cachehandshake.worker.config.TargetSettings.Protocol;
import dev.cachehandshake.worker.roster.Target;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class SiteCallTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    private static final Duration AMPLE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(400);

    private AnsweringServer site;
    private SiteCall call;

    @AfterEach
    void close() throws IOException {
        if (call != null) {
            call.close();
        }
        if (site != null) {
            site.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204})
    void anyTwoHundredIsAYes(int status) throws IOException {
        CallOutcome outcome = answered(AnsweringServer.always(status, status == 204 ? "" : "{\"ok\":true}"));

        assertThat(outcome).isEqualTo(new CallOutcome.Accepted(status, status == 204 ? "" : "{\"ok\":true}"));
    }

    @Test
    void theJobIsPostedToTheRouteAsJson() throws IOException {
        answered(AnsweringServer.always(200, ""));

        assertThat(site.requests()).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.uri()).hasToString("/api/revalidate");
            assertThat(request.contentType()).startsWith("application/json");
            assertThat(request.body()).isEqualTo("{\"slug\":\"über-uns\"}");
        });
    }

    @Test
    void aSiteWithTrailingSlashesIsCalledWhereItsRouteIs() throws IOException {
        CallOutcome outcome = answered(exchange -> {
            if (exchange.getRequestURI().getPath().endsWith("/")) {
                AnsweringServer.send(exchange, 202, "{}");
            } else {
                exchange.getResponseHeaders().set("Location", "/api/revalidate/");
                AnsweringServer.send(exchange, 308, "");
            }
        });

        assertThat(outcome).isEqualTo(new CallOutcome.Accepted(202, "{}"));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectIsNotFollowedAndMayGoWellAnotherTime(int status) throws IOException {
        CallOutcome outcome = answered(exchange -> {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            AnsweringServer.send(exchange, status, "");
        });

        assertThat(outcome)
                .isEqualTo(new CallOutcome.Failed(
                        "the site answered " + status, Optional.empty(), CallOutcome.Cause.SITE));
        assertThat(site.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 405})
    void aSiteThatIsSetUpWronglyIsToldApart(int status) throws IOException {
        CallOutcome outcome = answered(AnsweringServer.always(status, "who are you?"));

        assertThat(outcome)
                .isEqualTo(new CallOutcome.Misconfigured(
                        "the site answered " + status + ": who are you? to POST " + site.url() + "/api/revalidate"));
    }

    @ParameterizedTest
    @CsvSource({"408,SITE", "425,SITE", "429,SITE", "502,SITE", "503,SITE", "504,CONTENT", "500,CONTENT", "507,CONTENT"
    })
    void aTroubledSiteMayDoBetterAnotherTime(int status, CallOutcome.Cause cause) throws IOException {
        CallOutcome outcome = answered(AnsweringServer.always(status, "busy"));

        assertThat(outcome)
                .isEqualTo(new CallOutcome.Failed("the site answered " + status + ": busy", Optional.empty(), cause));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 409, 410, 413, 415, 422, 451})
    void anyOtherFourHundredIsANo(int status) throws IOException {
        CallOutcome outcome = answered(AnsweringServer.always(status, ""));

        assertThat(outcome).isEqualTo(new CallOutcome.Rejected("the site answered " + status));
    }

    @ParameterizedTest
    @CsvSource({"7,7", "0,0", "' 12 ',12", "'Fri, 02 Jan 2026 03:04:35 GMT',30"})
    void theSitesWishToWaitIsRead(String header, long seconds) throws IOException {
        assertThat(wishOf(header)).hasValue(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"soon", "-1", "1.5", "12345678901", "Fri, 02 Jan 2026 03:03:35 GMT"})
    void aWishThatIsNoneIsPassedOver(String header) throws IOException {
        assertThat(wishOf(header)).isEmpty();
    }

    @Test
    void theAnswerOfABrokenSiteIsQuotedInPart() throws IOException {
        CallOutcome outcome = answered(AnsweringServer.always(500, "x".repeat(5_000)));

        assertThat(((CallOutcome.Failed) outcome).error())
                .endsWith("x".repeat(200))
                .hasSizeLessThan(250);
    }

    @Test
    void noOneListeningIsNotReached() throws IOException {
        int port;
        try (ServerSocket once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = once.getLocalPort();
        }

        CallOutcome outcome = callTo(URI.create("http://127.0.0.1:" + port), AMPLE);

        assertThat(outcome).isInstanceOf(CallOutcome.NotReached.class);
        assertThat(((CallOutcome.NotReached) outcome).error())
                .startsWith("http://127.0.0.1:" + port + "/api/revalidate is not reached");
    }

    @Test
    void anUnknownHostIsNotReached() {
        CallOutcome outcome = callTo(URI.create("http://no-such-host.invalid:3000"), AMPLE);

        assertThat(outcome).isInstanceOf(CallOutcome.NotReached.class);
        assertThat(((CallOutcome.NotReached) outcome).error()).contains("no-such-host.invalid");
    }

    @Test
    void aSiteThatCannotBeTrustedIsSetUpWrongly() throws IOException {
        // given a port that speaks no TLS
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> sayHttp(plain));

            // when
            CallOutcome outcome = callTo(URI.create("https://127.0.0.1:" + plain.getLocalPort()), AMPLE);

            // then
            assertThat(outcome).isInstanceOf(CallOutcome.Misconfigured.class);
            assertThat(((CallOutcome.Misconfigured) outcome).error()).contains("is not trusted");
        }
    }

    @Test
    void noAnswerInTimeIsAFailedAttempt() throws IOException {
        site = new AnsweringServer(exchange -> site.closesWithin(AMPLE.toMillis()));

        assertThat(callTo(site.url(), SHORT))
                .isEqualTo(
                        new CallOutcome.Failed("no answer within 400 ms", Optional.empty(), CallOutcome.Cause.EITHER));
    }

    @Test
    void aSiteThatDripsIsCutOffWhenTheTimeOfTheWholeCallIsUp() throws IOException {
        // given
        site = new AnsweringServer(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (!site.closesWithin(40)) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
            }
        });
        long begun = System.nanoTime();

        // when
        CallOutcome outcome = callTo(site.url(), SHORT);

        // then
        assertThat(outcome)
                .isEqualTo(
                        new CallOutcome.Failed("no answer within 400 ms", Optional.empty(), CallOutcome.Cause.EITHER));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(SHORT, Duration.ofSeconds(5));
    }

    @Test
    void aConnectionThatBreaksIsAFailedAttempt() throws IOException {
        CallOutcome outcome = answered(exchange -> exchange.close());

        assertThat(outcome).isInstanceOfSatisfying(CallOutcome.Failed.class, failed -> {
            assertThat(failed.error()).startsWith("the connection broke before an answer came");
            assertThat(failed.cause()).isEqualTo(CallOutcome.Cause.EITHER);
        });
    }

    @Test
    void anAnswerThatBreaksOffIsAFailedAttempt() throws IOException {
        CallOutcome outcome = answered(exchange -> {
            exchange.sendResponseHeaders(202, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
        });

        assertThat(outcome).isInstanceOf(CallOutcome.Failed.class);
    }

    @Test
    void oneBrokenCallLeavesTheNextAlone() throws IOException {
        AtomicReference<AnsweringServer.Handler> handler = new AtomicReference<>(exchange -> exchange.close());
        answered(exchange -> handler.get().answer(exchange));

        handler.set(AnsweringServer.always(200, ""));

        assertThat(call.post(new Target("nextjs", site.url()), "a", "{}", AMPLE))
                .isEqualTo(new CallOutcome.Accepted(200, ""));
    }

    private static void sayHttp(ServerSocket plain) {
        try (Socket comer = plain.accept()) {
            comer.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            comer.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private Optional<Duration> wishOf(String header) throws IOException {
        CallOutcome outcome = answered(exchange -> {
            if (header != null) {
                exchange.getResponseHeaders().set("Retry-After", header);
            }
            AnsweringServer.send(exchange, 503, "");
        });
        return ((CallOutcome.Failed) outcome).retryAfter();
    }

    private CallOutcome answered(AnsweringServer.Handler handler) throws IOException {
        site = new AnsweringServer(handler);
        return callTo(site.url(), AMPLE);
    }

    private CallOutcome callTo(URI url, Duration timeout) {
        TargetSettings target = new TargetSettings(
                "default",
                "nextjs",
                List.of(url),
                false,
                TargetSettings.Invalidate.ALL,
                Protocol.BATCH,
                CallbackAuth.JWT,
                timeout,
                null,
                Duration.ofDays(7));
        SigningKey key = SigningKey.of("1", "a-revalidation-secret-of-32-bytes-at-least");
        call = new SiteCall(
                target,
                StrategiesOfTests.BY_DEFAULT,
                new TokenSigner(key, "cache-handshake", Duration.ofSeconds(60), CLOCK),
                CLOCK);
        return call.post(new Target("nextjs", url), "batch-1", "{\"slug\":\"über-uns\"}", timeout);
    }
}
