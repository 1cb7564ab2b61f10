package dev.cachehandshake.protocol.boot;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.store.Acceptance;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/**
 * How each class of pages is delivered. Set it alike on both services: the publisher chooses the class by the primary path of
 * an event, unless that names one itself, and the worker delivers by it.
 *
 * @param urgent default: {@code /}, weight 6, 5 calls, 10 s, 5 attempts
 * @param normal default: {@code /blog/**}, weight 3, 2 calls, 30 s, 3 attempts
 * @param low all other pages; default: weight 1, 1 call, 60 s, 2 attempts
 */
@ConfigurationProperties("handshake.strategies")
public record StrategySettings(
        @DefaultValue OfClass urgent,
        @DefaultValue OfClass normal,
        @DefaultValue OfClass low) {
    private static final OfClass URGENT = OfClass.byDefault(List.of("/"), 6, 5, Duration.ofSeconds(10), 5);
    private static final OfClass NORMAL = OfClass.byDefault(List.of("/blog/**"), 3, 2, Duration.ofSeconds(30), 3);
    private static final OfClass LOW = OfClass.byDefault(List.of("/**"), 1, 1, Duration.ofSeconds(60), 2);
    private static final Duration LONGEST_QUIET = Duration.ofHours(1);

    /**
     * What is set for one class; what is not is as by default.
     *
     * @param paths patterns of the primary paths that belong to it, such as {@code /blog/**}
     * @param weight how often it is asked before the others, 1 to 100
     * @param concurrency calls at a time of each worker to each target, 1 to 256
     * @param timeout of a whole call, 1 ms to 10 min
     * @param attempts deliveries that may fail, 1 to 100
     * @param backoff before the second attempt at most, doubled with each further one, from 1 ms to 1 h; default {@code
     *     handshake.backoff.first}
     * @param quiet how long a page must not be edited again before an edit is delivered, up to 1 h; default 0 s: at once
     * @param atMost how long an edit may wait for that; default five times {@code quiet}
     */
    public record OfClass(
            List<String> paths,
            Integer weight,
            Integer concurrency,
            Duration timeout,
            Integer attempts,
            Duration backoff,
            Duration quiet,
            Duration atMost) {
        private static OfClass byDefault(
                List<String> paths, int weight, int concurrency, Duration timeout, int attempts) {
            return new OfClass(paths, weight, concurrency, timeout, attempts, null, Duration.ZERO, null);
        }

        private OfClass orElse(OfClass other) {
            return new OfClass(
                    paths == null ? other.paths : paths,
                    weight == null ? other.weight : weight,
                    concurrency == null ? other.concurrency : concurrency,
                    timeout == null ? other.timeout : timeout,
                    attempts == null ? other.attempts : attempts,
                    backoff,
                    quiet == null ? other.quiet : quiet,
                    atMost);
        }
    }

    public StrategySettings {
        urgent = checked("urgent", urgent.orElse(URGENT));
        normal = checked("normal", normal.orElse(NORMAL));
        low = checked("low", low.orElse(LOW));
    }

    public Strategies strategies() {
        Map<DeliveryClass, OfClass> all =
                Map.of(DeliveryClass.URGENT, urgent, DeliveryClass.NORMAL, normal, DeliveryClass.LOW, low);
        Map<DeliveryClass, Strategy> byClass = new EnumMap<>(DeliveryClass.class);
        Map<DeliveryClass, List<PathPattern>> patterns = new EnumMap<>(DeliveryClass.class);
        all.forEach((each, set) -> {
            byClass.put(each, strategy(each, set));
            patterns.put(
                    each,
                    set.paths().stream()
                            .map(path -> pattern(each.wireName(), path))
                            .toList());
        });
        return new Strategies(byClass, patterns);
    }

    private static Strategy strategy(DeliveryClass each, OfClass set) {
        Optional<Acceptance.Quiet> quiet = Optional.of(set)
                .filter(waits -> waits.quiet().isPositive())
                .map(waits -> new Acceptance.Quiet(waits.quiet(), waits.atMost()));
        return new Strategy(
                each,
                set.weight(),
                set.concurrency(),
                set.timeout(),
                set.attempts(),
                Optional.ofNullable(set.backoff()),
                quiet);
    }

    private static OfClass checked(String name, OfClass set) {
        set.paths().forEach(path -> pattern(name, path));
        within(name, "weight", set.weight(), 1, 100);
        within(name, "concurrency", set.concurrency(), 1, 256);
        within(name, "attempts", set.attempts(), 1, 100);
        within(name, "timeout", set.timeout(), Duration.ofMillis(1), Duration.ofMinutes(10));
        if (set.backoff() != null) {
            within(name, "backoff", set.backoff(), Duration.ofMillis(1), Duration.ofHours(1));
        }
        within(name, "quiet", set.quiet(), Duration.ZERO, LONGEST_QUIET);
        Duration atMost = set.atMost() == null ? set.quiet().multipliedBy(5) : set.atMost();
        if (atMost.compareTo(set.quiet()) < 0) {
            throw new SettingsException("handshake.strategies." + name + ".at-most is " + DurationText.of(atMost)
                    + " and its quiet " + DurationText.of(set.quiet()) + ": nothing can be quiet sooner than that");
        }
        return new OfClass(
                List.copyOf(set.paths()),
                set.weight(),
                set.concurrency(),
                set.timeout(),
                set.attempts(),
                set.backoff(),
                set.quiet(),
                atMost);
    }

    private static PathPattern pattern(String name, String path) {
        if (!path.startsWith("/")) {
            throw noPattern(name, path, "it starts with a slash");
        }
        try {
            return PathPatternParser.defaultInstance.parse(path);
        } catch (PatternParseException broken) {
            throw noPattern(name, path, broken.getMessage());
        }
    }

    private static SettingsException noPattern(String name, String path, String why) {
        return new SettingsException("handshake.strategies." + name + ".paths holds \"" + path
                + "\", which is no pattern of paths: " + why + "; write one such as /blog/**");
    }

    private static void within(String name, String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw new SettingsException(
                    "handshake.strategies." + name + "." + field + " is " + value + ": it is " + least + " to " + most);
        }
    }

    private static void within(String name, String field, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new SettingsException("handshake.strategies." + name + "." + field + " is " + DurationText.of(value)
                    + ": it is " + DurationText.of(least) + " to " + DurationText.of(most));
        }
    }
}
