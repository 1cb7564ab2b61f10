package dev.cachehandshake.protocol.boot;

import io.lettuce.core.RedisConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts a service; where that fails, says why in one line that a person can act on. */
public final class ServiceLauncher {
    /** As sysexits.h has it for a configuration error. */
    private static final int BAD_CONFIGURATION = 78;

    /** What Boot would say at length, we say in one line: that the service is ready, or why it cannot start. */
    private static final Map<String, String> QUIET_START = Map.of(
            "spring.main.banner-mode", "off",
            "spring.main.log-startup-info", "false",
            "logging.level.org.springframework.boot.diagnostics", "off",
            "logging.level.org.springframework.boot.SpringApplication", "off",
            "logging.level.org.springframework.boot.web.servlet.context", "error",
            "logging.level.org.springframework.boot.web.embedded.tomcat", "error",
            // Netty's use of Unsafe makes a JDK of today print a warning at each start.
            "io.netty.noUnsafe", "true");

    private ServiceLauncher() {}

    /** Does not return when the start fails: the process ends with code 78. */
    @SuppressWarnings("SystemOut")
    public static void launch(Class<?> service, String... args) {
        QUIET_START.forEach(System::setProperty);
        try {
            ConfigurableApplicationContext context = SpringApplication.run(service, args);
            LoggerFactory.getLogger(service)
                    .info(
                            "{} is ready on port {}",
                            context.getEnvironment().getProperty("spring.application.name"),
                            context.getEnvironment().getProperty("local.server.port"));
        } catch (RuntimeException failure) {
            if (failure.getClass().getName().endsWith("AbandonedRunException")) {
                throw failure;
            }
            System.err.println("Cannot start " + service.getSimpleName() + ": " + explain(failure));
            System.exit(BAD_CONFIGURATION);
        }
    }

    static String explain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !chain.contains(cause); cause = cause.getCause()) {
            chain.add(cause);
        }
        for (Throwable cause : chain) {
            if (cause instanceof SettingsException) {
                return oneLine(cause.getMessage());
            }
        }
        Throwable root = chain.getLast();
        for (Throwable cause : chain) {
            if (cause instanceof BindException bind && bind.getProperty() != null) {
                return oneLine(bind.getProperty().getName() + " is \""
                        + bind.getProperty().getValue() + "\": " + root.getMessage());
            }
        }
        for (Throwable cause : chain) {
            if (cause.getClass().getSimpleName().equals("RedisUrlSyntaxException")) {
                // Its text is not shown: it may hold a password.
                return "REDIS_URL is no URL: it looks like redis://user:password@host:6379, with other characters than"
                        + " letters and digits in the password percent-encoded";
            }
            if (cause instanceof RedisConnectionException) {
                return "Redis is not reached (" + oneLine(root.getMessage())
                        + "): start it, or set REDIS_URL to where it is";
            }
            if (cause instanceof org.springframework.boot.web.server.PortInUseException taken) {
                return "port " + taken.getPort() + " is taken: stop what listens there, or set SERVER_PORT to another";
            }
        }
        return oneLine(root.getMessage() == null ? root.toString() : root.getMessage());
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\s*\\R\\s*", " ");
    }
}
