package dev.cachehandshake.protocol.boot;

import dev.cachehandshake.protocol.PathRules;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the pages of each content type live. Set it alike on both services.
 *
 * @param prefixes the path prefix of a type, e.g. {@code handshake.paths.prefixes.page=} for pages at the root; beside {@code
 *     post=/blog}, which is there unless it is given otherwise. A type that is not listed lives under {@code /{type}}
 */
@ConfigurationProperties("handshake.paths")
public record PathSettings(@DefaultValue Map<String, String> prefixes) {
    public PathSettings {
        Map<String, String> all = new HashMap<>(PathRules.DEFAULT.prefixes());
        all.putAll(prefixes);
        prefixes = Map.copyOf(all);
        prefixes.forEach((type, prefix) -> {
            if (!prefix.isEmpty() && (!prefix.startsWith("/") || prefix.endsWith("/"))) {
                throw new SettingsException("handshake.paths.prefixes." + type + " is \"" + prefix
                        + "\": a prefix starts with a slash and does not end with one, such as /blog (or is empty)");
            }
        });
    }

    public PathRules rules() {
        return new PathRules(prefixes);
    }
}
