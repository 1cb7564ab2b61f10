package dev.cachehandshake.localstack;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How to run a service.
 *
 * @param name for people
 * @param command with its arguments
 * @param directory where it runs; empty for that of this JVM
 * @param port on which it listens
 * @param readyPath what answers 200 once it is ready
 * @param environment its settings
 */
public record ServiceOptions(
        String name,
        List<String> command,
        Optional<Path> directory,
        int port,
        String readyPath,
        Map<String, String> environment) {
    public ServiceOptions {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** One of the pair, from its executable jar, with the memory that such a small service needs. */
    public static ServiceOptions ofJar(String name, Path jar, int port, Map<String, String> environment) {
        return new ServiceOptions(
                        name, JvmCommand.of(jar), Optional.empty(), port, "/actuator/health/readiness", environment)
                .with("SERVER_PORT", Integer.toString(port));
    }

    public ServiceOptions with(String variable, String value) {
        Map<String, String> more = new LinkedHashMap<>(environment);
        more.put(variable, value);
        return new ServiceOptions(name, command, directory, port, readyPath, more);
    }
}
