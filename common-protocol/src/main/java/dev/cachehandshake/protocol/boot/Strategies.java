package dev.cachehandshake.protocol.boot;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.PagePath;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;

/** The strategy of each class, and which class a page belongs to. Thread-safe. */
public final class Strategies {
    private final Map<DeliveryClass, Strategy> byClass;
    private final Map<DeliveryClass, List<PathPattern>> patterns;

    Strategies(Map<DeliveryClass, Strategy> byClass, Map<DeliveryClass, List<PathPattern>> patterns) {
        this.byClass = new EnumMap<>(byClass);
        this.patterns = new EnumMap<>(patterns);
    }

    public Strategy of(DeliveryClass deliveryClass) {
        return byClass.get(deliveryClass);
    }

    /** By the first class that has a pattern for the page: urgent, normal, low. A page that none has a pattern for is low. */
    public DeliveryClass classOf(PagePath primary) {
        // It decodes what it parses, and takes what comes after a semicolon for a parameter.
        PathContainer path =
                PathContainer.parsePath(primary.value().replace("%", "%25").replace(";", "%3B"));
        return patterns.entrySet().stream()
                .filter(entry -> entry.getValue().stream().anyMatch(pattern -> pattern.matches(path)))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(DeliveryClass.LOW);
    }

    /** What its publisher chose, or else what its page says. */
    public Strategy of(Optional<DeliveryClass> chosen, PagePath primary) {
        return of(chosen.orElseGet(() -> classOf(primary)));
    }

    /** Of any class. */
    public Duration longestTimeout() {
        return byClass.values().stream()
                .map(Strategy::timeout)
                .max(Duration::compareTo)
                .orElseThrow();
    }

    /** Of all classes together, to one target. */
    public int calls() {
        return byClass.values().stream().mapToInt(Strategy::concurrency).sum();
    }
}
