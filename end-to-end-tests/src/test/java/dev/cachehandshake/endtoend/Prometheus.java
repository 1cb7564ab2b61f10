package dev.cachehandshake.endtoend;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Collectors;

/** A scrape. */
final class Prometheus {
    private Prometheus() {}

    /** Values by name with labels. */
    static Map<String, Double> read(URI service) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(service.resolve("/actuator/prometheus"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofLines())
                    .body()
                    .filter(line -> !line.startsWith("#") && line.contains(" "))
                    .collect(Collectors.toMap(
                            line -> line.substring(0, line.lastIndexOf(' ')),
                            line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)),
                            (first, second) -> first));
        }
    }
}
