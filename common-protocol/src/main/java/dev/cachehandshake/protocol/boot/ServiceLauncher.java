package dev.cachehandshake.protocol.boot;

import io.lettuce.core.RedisConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;

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
            // It logs what stops the start as well, with all its causes in one line.
            "logging.level.org.springframework.boot.web.embedded.tomcat.TomcatStarter", "off",
            // Netty's use of Unsafe makes a JDK of today print a warning at each start.
            "io.netty.noUnsafe", "true");

    private static final Pattern CONNECT_TO = Pattern.compile("^Unable to connect to ([^/\\s]+)/\\S*:([0-9]+)$");

    private ServiceLauncher() {}

    /** Does not return when the start fails: the process ends with code 78. */
    @SuppressWarnings("SystemOut")
    public static void launch(Class<?> service, String... args) {
        QUIET_START.forEach(System::setProperty);
        try {
            SpringApplication application = new SpringApplication(service);
            application.addInitializers(new AddressCheck());
            ConfigurableApplicationContext context = application.run(args);
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
                return oneLine(explain(bind.getProperty(), chain));
            }
        }
        for (Throwable cause : chain) {
            if (cause.getClass().getSimpleName().equals("RedisUrlSyntaxException")) {
                // Its text is not shown: it may hold a password.
                return AddressCheck.NO_REDIS_URL;
            }
            if (cause instanceof RedisConnectionException) {
                return "Redis is not reached" + addressIn(cause) + " (" + oneLine(root.getMessage())
                        + "): start it, or set REDIS_URL to where it is";
            }
            if (cause instanceof org.springframework.boot.web.server.PortInUseException taken) {
                return "port " + taken.getPort() + " is taken: stop what listens there, or set SERVER_PORT to another";
            }
        }
        return oneLine(root.getMessage() == null ? root.toString() : root.getMessage());
    }

    /** What a value was to become says what can be sent instead. */
    private static String explain(ConfigurationProperty property, List<Throwable> chain) {
        for (Throwable cause : chain) {
            if (cause instanceof ConversionFailedException failed) {
                return property.getName() + " is \"" + failed.getValue() + "\": "
                        + wayOut(failed.getTargetType().getType(), chain.getLast());
            }
        }
        return property.getName() + " is \"" + property.getValue() + "\": "
                + chain.getLast().getMessage();
    }

    private static String wayOut(Class<?> wanted, Throwable root) {
        if (wanted.isEnum()) {
            return "choose one of "
                    + Arrays.stream(wanted.getEnumConstants())
                            .map(value ->
                                    value.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                            .collect(Collectors.joining(", "));
        }
        if (wanted == Duration.class) {
            return "give a duration such as 500ms, 4s or 1m";
        }
        if (wanted == DataSize.class) {
            return "give a size such as 256KB or 4MB";
        }
        if (Number.class.isAssignableFrom(ClassUtils.resolvePrimitiveIfNecessary(wanted))) {
            return "give a whole number";
        }
        return root.getMessage();
    }

    /** Lettuce names the address only, and neither user nor password. */
    private static String addressIn(Throwable refused) {
        Matcher address = CONNECT_TO.matcher(String.valueOf(refused.getMessage()));
        return address.find() ? " at " + address.group(1) + ":" + address.group(2) : "";
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\s*\\R\\s*", " ");
    }
}
