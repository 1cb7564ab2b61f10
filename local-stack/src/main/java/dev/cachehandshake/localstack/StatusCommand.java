package dev.cachehandshake.localstack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code status}: asks each part whether it is well. Ends with 0 when all are, else with 3. */
@Command(name = "status", mixinStandardHelpOptions = true, description = "Says what is up.")
final class StatusCommand implements Callable<Integer> {
    private static final int NOT_UP = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Where each part is, and what answers 200 when it is well. */
    private static final Map<String, String> HEALTH = new LinkedHashMap<>(Map.of());

    static {
        HEALTH.put("PUBLISHER_URL", "/actuator/health/readiness");
        HEALTH.put("WORKER_URL", "/actuator/health/readiness");
        HEALTH.put("SITE_URL", "/");
        HEALTH.put("CONTENT_API_URL", "/health");
    }

    @Mixin
    private StateOption state;

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> addresses = new LocalSecrets(state.directory()).known();
        boolean all = !addresses.isEmpty();
        try (HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build()) {
            for (Map.Entry<String, String> part : HEALTH.entrySet()) {
                String address = addresses.get(part.getKey());
                if (address == null) {
                    continue;
                }
                boolean up = answers(http, URI.create(address + part.getValue()));
                all &= up;
                System.out.printf(
                        "  %-12s %-28s %s%n",
                        part.getKey().replace("_URL", "").replace("_API", "").toLowerCase(java.util.Locale.ROOT),
                        address,
                        up ? "up" : "down");
            }
        }
        if (!all) {
            System.out.println("Start it with ./handshake up");
        }
        return all ? 0 : NOT_UP;
    }

    private static boolean answers(HttpClient http, URI health) throws InterruptedException {
        try {
            return http.send(
                                    HttpRequest.newBuilder(health)
                                            .timeout(PATIENCE)
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException down) {
            return false;
        }
    }
}
