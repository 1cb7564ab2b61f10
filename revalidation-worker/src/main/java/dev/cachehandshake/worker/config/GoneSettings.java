package dev.cachehandshake.worker.config;

import dev.cachehandshake.protocol.boot.SettingsException;
import java.util.List;
import org.springframework.core.env.Environment;

/** Settings that there were once stop the start: whoever still sets them would think that they had an effect. */
final class GoneSettings {
    private static final List<String> OF_A_CLASS = List.of("concurrency", "timeout", "attempts");

    GoneSettings(Environment environment) {
        for (String name : OF_A_CLASS) {
            if (environment.containsProperty("handshake.target." + name)) {
                throw new SettingsException("handshake.target." + name
                        + " is set, and is no setting any more: each class"
                        + " of pages has its own, handshake.strategies.urgent." + name + " and so normal and low");
            }
        }
    }
}
