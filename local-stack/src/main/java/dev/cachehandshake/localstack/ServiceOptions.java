package dev.cachehandshake.localstack;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How to run a service.
 *
 * @param name for people
 * @param jar its executable jar
 * @param port on which it listens
 * @param environment its settings, beside SERVER_PORT
 */
public record ServiceOptions(String name, Path jar, int port, Map<String, String> environment) {
    public ServiceOptions {
        environment = Map.copyOf(environment);
    }

    public ServiceOptions with(String variable, String value) {
        Map<String, String> more = new LinkedHashMap<>(environment);
        more.put(variable, value);
        return new ServiceOptions(name, jar, port, more);
    }
}
