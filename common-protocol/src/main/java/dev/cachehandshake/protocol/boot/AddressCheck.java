package dev.cachehandshake.protocol.boot;

import java.net.URI;
import java.net.URISyntaxException;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

/**
 * Looks at the service's own port and the address of its Redis before anything is started: what Boot, Tomcat and Lettuce
 * say of wrong ones names neither the setting nor a way out. An address of Sentinels becomes the settings that Boot knows.
 */
final class AddressCheck implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    static final String NO_REDIS_URL =
            "REDIS_URL is no URL: it looks like redis://user:password@host:6379, with other characters than letters and"
                    + " digits in the password percent-encoded";

    private static final int MOST_PORT = 65_535;

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        check(environment);
        SentinelUrl.in(redisUrl(environment))
                .ifPresent(sentinels -> environment
                        .getPropertySources()
                        .addFirst(new MapPropertySource("sentinels", sentinels.settings())));
    }

    /** @throws SettingsException when one of them cannot be right; the message never holds the URL, for that may hold a password */
    static void check(Environment environment) {
        String port = environment.getProperty("server.port", "");
        // 0 is any free port, as tests want it.
        if (!port.isBlank() && !isPort(port.strip())) {
            throw new SettingsException("SERVER_PORT (server.port) is \"" + port + "\": set it to a port from 1 to "
                    + MOST_PORT + ", such as 8080");
        }
        String redis = redisUrl(environment);
        if (!redis.isEmpty() && SentinelUrl.in(redis).isEmpty() && !namesHost(redis)) {
            throw new SettingsException(NO_REDIS_URL);
        }
    }

    private static String redisUrl(Environment environment) {
        return environment.getProperty("spring.data.redis.url", "").strip();
    }

    private static boolean isPort(String text) {
        return text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= MOST_PORT;
    }

    private static boolean namesHost(String url) {
        try {
            URI uri = new URI(url);
            return uri.getHost() != null && uri.getPort() <= MOST_PORT;
        } catch (URISyntaxException notUrl) {
            return false;
        }
    }
}
