package dev.cachehandshake.publisher.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.publisher.RunningPublisher;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest extends RunningPublisher {
    private static final String EVENT = "{\"type\":\"post\",\"slug\":\"hello\"}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/content-updates",
                "/api/handshakes/r-1",
                "/api/nothing",
                "/%61pi/content-updates",
                "//api/content-updates",
                "/api;x=1/content-updates",
                "/nothing/../api/content-updates"
            })
    void withoutTheKeyNothingUnderApiIsAnswered(String path) {
        // when
        HttpResponse<String> response =
                send(withoutKey(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(EVENT)));

        // then
        assertProblem(response, 401, "unauthorized");
        assertThat(response.headers().firstValue("WWW-Authenticate").orElseThrow())
                .startsWith("Bearer");
        assertNothingWritten();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer wrong-key-0123456789abcdef",
                "Bearer ",
                "Bearer",
                "Basic " + RunningPublisher.API_KEY,
                RunningPublisher.API_KEY,
                "Bearer " + RunningPublisher.API_KEY + "x"
            })
    void aWrongKeyIsUnauthorized(String authorization) {
        // when
        HttpResponse<String> response = send(withoutKey("/api/content-updates")
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(EVENT)));

        // then
        assertProblem(response, 401, "unauthorized");
        assertThat(response.body()).doesNotContain(API_KEY);
        assertNothingWritten();
    }

    @Test
    void theKeyIsAskedForBeforeTheBodyIsJudged() {
        // when
        HttpResponse<String> response =
                send(withoutKey("/api/content-updates").POST(BodyPublishers.ofString("x".repeat(300 * 1024))));

        // then
        assertProblem(response, 401, "unauthorized");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator/health",
                "/actuator/health/liveness",
                "/actuator/health/readiness",
                "/actuator/prometheus",
                "/actuator/info"
            })
    void whatOperationsLooksAtIsOpen(String path) {
        assertThat(send(withoutKey(path).GET()).statusCode()).isEqualTo(200);
    }

    @Test
    void theMetricsOfEventsAreShownFromTheStart() {
        // when
        String metrics = send(withoutKey("/actuator/prometheus").GET()).body();

        // then
        for (String outcome : new String[] {"accepted", "duplicate", "conflict", "refused", "full"}) {
            assertThat(metrics).contains("handshake_events_total{outcome=\"" + outcome + "\"}");
        }
    }

    @Test
    void aFormOfAnySizeIsRefusedUnread() throws IOException {
        // given a body that never ends
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            String request = String.join(
                    "\r\n",
                    "PUT /api/content-updates HTTP/1.1",
                    "Host: localhost",
                    "Connection: close",
                    "Content-Type: application/x-www-form-urlencoded",
                    "Content-Length: 10000000000",
                    "",
                    "a=1");
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));

            // when
            String status = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();

            // then
            assertThat(status).startsWith("HTTP/1.1 401");
        }
    }
}
