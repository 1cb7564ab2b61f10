package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.localstack.ServiceProcess;
import java.util.List;

/** What a service has said since a moment; of the last 2,000 lines. */
record LogSince(ServiceProcess service, int skipped) {
    static LogSince now(ServiceProcess service) {
        return new LogSince(service, service.log().size());
    }

    List<String> lines() {
        List<String> all = service.log();
        return all.subList(Math.min(skipped, all.size()), all.size());
    }

    boolean hasSaid(String words) {
        return lines().stream().anyMatch(line -> line.contains(words));
    }

    /** That it told of one trouble of Redis, once and in one line, and of its end once; and of nothing else that went wrong. */
    void assertSaidOnce(String trouble) {
        assertThat(lines())
                .as("log of the %s", service.name())
                .filteredOn(line -> !line.contains(" INFO ") || line.contains("Redis"))
                .satisfiesExactly(
                        line -> assertThat(line).contains(trouble),
                        line -> assertThat(line).contains("Redis is back after"));
    }

    /** That nothing went wrong, as far as it knows. */
    void assertSaidNothing() {
        assertThat(lines())
                .as("log of the %s", service.name())
                .allSatisfy(line -> assertThat(line).contains(" INFO ").doesNotContain("Redis"));
    }
}
