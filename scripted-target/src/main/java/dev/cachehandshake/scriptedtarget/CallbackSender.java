package dev.cachehandshake.scriptedtarget;

import dev.cachehandshake.protocol.token.SigningKey;
import dev.cachehandshake.protocol.token.TokenSigner;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Sends a callback, again and again while the worker is not there or answers 5xx. Thread-safe. */
final class CallbackSender implements AutoCloseable {
    private static final int MAX_TRIES = 8;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final TargetSettings settings;
    private final TokenSigner signer;
    private final CountDownLatch closing;
    private final HttpClient client;

    /** @param closing ends the pauses between tries */
    CallbackSender(TargetSettings settings, Clock clock, CountDownLatch closing) {
        this.settings = settings;
        this.signer = new TokenSigner(
                SigningKey.of("callback", settings.callbackSecret()), settings.site(), Duration.ofMinutes(1), clock);
        this.closing = closing;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build();
    }

    /** Returns when the worker has answered for good, or after the last try. */
    CallbackMade send(URI workerUrl, String subject, String json, CallbackAuth auth) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        OptionalInt status = OptionalInt.empty();
        String answer = "";
        int tries = 0;
        Duration pause = FIRST_PAUSE;
        while (tries < MAX_TRIES) {
            tries++;
            try {
                HttpResponse<String> response =
                        client.send(request(workerUrl, subject, body, auth), HttpResponse.BodyHandlers.ofString());
                status = OptionalInt.of(response.statusCode());
                answer = response.body();
                if (response.statusCode() < 500) {
                    break;
                }
            } catch (IOException notReached) {
                answer = notReached.toString();
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
                break;
            }
            if (tries < MAX_TRIES && closesWithin(pause)) {
                break;
            }
            pause = pause.multipliedBy(2);
        }
        return new CallbackMade(subject, tries, status, answer, System.nanoTime());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest request(URI workerUrl, String subject, byte[] body, CallbackAuth auth) {
        // Signed anew for each try: a token is good for one delivery only.
        String bearer = switch (auth) {
            case SIGNED -> signer.sign(subject, "cache-handshake", body);
            case SHARED_SECRET -> settings.callbackSecret();
        };
        return HttpRequest.newBuilder(URI.create(workerUrl + "/api/revalidation/complete"))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + bearer)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    private boolean closesWithin(Duration pause) {
        try {
            return closing.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
