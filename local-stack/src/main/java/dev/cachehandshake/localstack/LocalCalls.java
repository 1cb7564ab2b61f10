package dev.cachehandshake.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.protocol.wire.MalformedWireException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** JSON to and from the services of this machine. */
final class LocalCalls implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final String apiKey;

    LocalCalls(String apiKey) {
        this.apiKey = apiKey;
    }

    /** @throws LocalStackException when it is not there, or says no */
    JsonNode get(URI address) throws InterruptedException {
        return send(request(address).GET().build());
    }

    /** @throws LocalStackException when it is not there, or says no */
    JsonNode post(URI address, String json) throws InterruptedException {
        return send(request(address)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpRequest.Builder request(URI address) {
        return HttpRequest.newBuilder(address).timeout(PATIENCE).header("Authorization", "Bearer " + apiKey);
    }

    private JsonNode send(HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new LocalStackException(
                        request.uri() + " answered " + answer.statusCode() + ": " + answer.body());
            }
            return Json.object(answer.body());
        } catch (MalformedWireException noJson) {
            throw new LocalStackException(request.uri() + " answered something that " + noJson.getMessage(), noJson);
        } catch (IOException away) {
            throw new LocalStackException(
                    request.uri().resolve("/") + " does not answer: is it up? See ./handshake status", away);
        }
    }
}
