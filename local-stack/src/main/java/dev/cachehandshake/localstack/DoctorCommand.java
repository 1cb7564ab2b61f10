package dev.cachehandshake.localstack;

import dev.cachehandshake.localstack.doctor.Diagnosis;
import dev.cachehandshake.localstack.doctor.DiagnosisText;
import dev.cachehandshake.localstack.doctor.Examination;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code doctor}: looks at the Redis of a running system, and says what is not as it should be. Reads only. Ends with 0 when all is
 * well, with 1 when it has found something, with 3 when it could not look.
 */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Looks at the Redis of a running system, and says what is not as it should be. Writes nothing.",
        exitCodeListHeading = "Ends with:%n",
        exitCodeList = {"0:All is well.", "1:It has found something.", "3:It could not look."})
final class DoctorCommand implements Callable<Integer> {
    private static final int FOUND = 1;
    private static final int COULD_NOT_LOOK = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

    @Mixin
    private StateOption state;

    @Option(
            names = "--redis",
            paramLabel = "URL",
            description = "Which Redis, such as rediss://user:password@host:6379. Default: $REDIS_URL, or that of"
                    + " ./handshake up.")
    private String redisUrl;

    @Option(
            names = "--show",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many of each finding to list; 0 for all. Default: ${DEFAULT-VALUE}.")
    private int shown;

    @Override
    public Integer call() throws InterruptedException {
        try {
            return look(address());
        } catch (LocalStackException notLooked) {
            System.err.println("handshake: " + notLooked.getMessage());
            return COULD_NOT_LOOK;
        }
    }

    private int look(RedisURI address) throws InterruptedException {
        // Netty's use of Unsafe makes a JDK of today print a warning.
        System.setProperty("io.netty.noUnsafe", "true");
        String where = where(address);
        address.setTimeout(PATIENCE);
        RedisClient client = RedisClient.create(address);
        try (StatefulRedisConnection<String, String> connection =
                client.connect(new StringCodec(StandardCharsets.ISO_8859_1))) {
            System.out.println("Looking at Redis at " + where + " ...");
            Diagnosis diagnosis = new Examination(connection, () -> Thread.sleep(BETWEEN_LOOKS)).examine();
            System.out.print(new DiagnosisText(diagnosis, shown));
            return diagnosis.isHealthy() ? 0 : FOUND;
        } catch (RedisCommandExecutionException refused) {
            throw new LocalStackException(
                    "Redis at " + where + " does not let itself be looked at (" + refused.getMessage()
                            + "): give a user that may read keys, scan and run scripts (+@read +@connection +eval)",
                    refused);
        } catch (RedisException away) {
            throw new LocalStackException(
                    "Redis at " + where + " is not reached (" + rootOf(away).getMessage()
                            + "): is it up, and is the URL right?",
                    away);
        } finally {
            client.shutdown(Duration.ZERO, PATIENCE);
        }
    }

    private RedisURI address() {
        String url = Optional.ofNullable(redisUrl)
                .or(() -> Optional.ofNullable(System.getenv("REDIS_URL")))
                .or(() -> Optional.ofNullable(
                        new LocalSecrets(state.directory()).known().get("REDIS_URL")))
                .orElseThrow(() -> new LocalStackException(
                        "which Redis? Nothing was ever up in " + state.directory() + ": give one with --redis URL"));
        try {
            URI uri = new URI(url);
            // Of a list of sentinels Java sees no host; of a single server it has to, or Lettuce makes one of the port
            // too.
            if (uri.getHost() != null || !String.valueOf(uri.getScheme()).matches("rediss?")) {
                return RedisURI.create(uri);
            }
            throw noUrl(null);
        } catch (URISyntaxException | IllegalArgumentException notUrl) {
            throw noUrl(notUrl);
        }
    }

    /** It is not shown: it may hold a password. */
    private static LocalStackException noUrl(Exception cause) {
        return new LocalStackException(
                "the URL of Redis is none: it looks like redis://user:password@host:6379 or rediss://..., with other"
                        + " characters than letters and digits in the password percent-encoded",
                cause);
    }

    /** Without user and password. */
    private static String where(RedisURI address) {
        RedisURI one = address.getSentinels().isEmpty()
                ? address
                : address.getSentinels().getFirst();
        return one.getSocket() != null ? one.getSocket() : one.getHost() + ":" + one.getPort();
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
