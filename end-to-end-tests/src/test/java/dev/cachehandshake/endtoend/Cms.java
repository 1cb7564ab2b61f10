package dev.cachehandshake.endtoend;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** A content management system: posts updates, and posts again with the same id until one is taken. Thread-safe. */
final class Cms {
    private static final Duration BACKOFF = Duration.ofMillis(50);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final URI publisher;
    private final String apiKey;
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();

    Cms(URI publisher, String apiKey) {
        this.publisher = publisher;
        this.apiKey = apiKey;
    }

    /** The ids that got a 202 or 200 so far. */
    Set<String> accepted() {
        return accepted;
    }

    HttpResponse<String> post(String json) throws IOException, InterruptedException {
        return postTo("/api/content-updates", json);
    }

    HttpResponse<String> get(String id, String query) throws IOException, InterruptedException {
        return http.send(request("/api/handshakes/" + id + query).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Of those that the query asks for. */
    HttpResponse<String> list(String query) throws IOException, InterruptedException {
        return http.send(request("/api/handshakes" + query).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> getFrom(String address) throws IOException, InterruptedException {
        return http.send(request(address).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> postTo(String address, String json) throws IOException, InterruptedException {
        return http.send(
                request(address)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Publishes version {@code version} of a post until the publisher takes it. */
    void publish(String id, int version) throws InterruptedException {
        String json = "{\"type\":\"post\",\"slug\":\"post-%s\",\"version\":%d,\"revalidation_id\":\"%s\"}"
                .formatted(id, version, id);
        while (true) {
            try {
                int status = post(json).statusCode();
                if (status == 202 || status == 200) {
                    accepted.add(id);
                    return;
                }
                if (status != 503) {
                    throw new AssertionError("the publisher answered " + status + " to " + id);
                }
            } catch (IOException notTaken) {
                // Refused or broken off: nobody said yes, so the same is sent again.
            }
            LockSupport.parkNanos(BACKOFF.toNanos());
        }
    }

    /** Publishes all ids, {@code atOnce} at a time. */
    void publishAll(List<String> ids, int atOnce) throws InterruptedException, ExecutionException {
        try (ExecutorService senders = Executors.newFixedThreadPool(atOnce)) {
            List<Future<?>> all = ids.stream()
                    .<Future<?>>map(id -> senders.submit(() -> {
                        publish(id, 1);
                        return null;
                    }))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(publisher.resolve(path))
                .timeout(Duration.ofSeconds(75))
                .header("Authorization", "Bearer " + apiKey);
    }
}
