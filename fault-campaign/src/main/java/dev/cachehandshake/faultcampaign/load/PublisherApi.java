package dev.cachehandshake.faultcampaign.load;

import dev.cachehandshake.protocol.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** The publisher as its callers see it. Thread-safe. */
public final class PublisherApi implements AutoCloseable {
    /** Longer than the publisher waits for Redis. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final URI publisher;
    private final String apiKey;

    public PublisherApi(URI publisher, String apiKey) {
        this.publisher = publisher;
        this.apiKey = apiKey;
    }

    /**
     * How a handshake stands.
     *
     * @param state empty when nobody knows the id
     */
    public record Standing(Optional<String> state, Optional<String> failure) {
        public boolean isTerminal() {
            return state.filter(known -> !known.equals("pending") && !known.equals("acknowledged"))
                    .isPresent();
        }
    }

    /** @return the status of the answer; 0 when there was none */
    int post(LoadPlan.Update update) throws InterruptedException {
        String json = Json.write(Json.newObject()
                .put("type", "post")
                .put("slug", update.entry())
                .put("version", update.version())
                .put("revalidation_id", update.id()));
        try {
            return http.send(
                            request("/api/content-updates")
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(json))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException broken) {
            return 0;
        }
    }

    /** @return empty when the publisher could not say */
    Optional<Standing> ask(String id) throws InterruptedException {
        try {
            HttpResponse<String> answer =
                    http.send(request("/api/handshakes/" + id).GET().build(), HttpResponse.BodyHandlers.ofString());
            return switch (answer.statusCode()) {
                case 200 -> {
                    var handshake = Json.object(answer.body());
                    yield Optional.of(new Standing(
                            Optional.of(handshake.path("state").asText()),
                            Optional.ofNullable(
                                    handshake.path("failure").path("reason").textValue())));
                }
                case 404 -> Optional.of(new Standing(Optional.empty(), Optional.empty()));
                default -> Optional.empty();
            };
        } catch (IOException broken) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(publisher.resolve(path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + apiKey);
    }
}
