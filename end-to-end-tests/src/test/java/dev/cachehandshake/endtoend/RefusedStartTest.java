package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.localredis.AppendFsync;
import dev.cachehandshake.localredis.FreePorts;
import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.localredis.LocalRedisOptions;
import dev.cachehandshake.localstack.ServiceJars;
import dev.cachehandshake.localstack.ServiceOptions;
import dev.cachehandshake.localstack.ServiceProcess;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a person sees of a service that does not start. */
class RefusedStartTest {
    private static final Map<String, String> SETTINGS = Map.of(
            "HANDSHAKE_API_KEY", Pair.API_KEY,
            "NEXTJS_URL", "http://127.0.0.1:9",
            "REVALIDATION_SECRET", Pair.REVALIDATION_SECRET,
            "CALLBACK_SECRET", Pair.CALLBACK_SECRET,
            "HANDSHAKE_DURABILITY", "fsync");

    @Test
    void whereEachWriteIsToBeSyncedBothServicesEndWithOneLineOnARedisThatDoesNot() throws Exception {
        ServiceJars jars = new ServiceJars(Path.of(".."));
        try (LocalRedis redis = LocalRedis.start(LocalRedisOptions.inMemory().appending(AppendFsync.EVERYSEC))) {
            for (Path jar : new Path[] {jars.publisher(), jars.worker()}) {
                ServiceOptions options = ServiceOptions.ofJar("service", jar, FreePorts.one(), SETTINGS)
                        .with("REDIS_URL", redis.url());
                try (ServiceProcess service = ServiceProcess.launch(options, line -> {})) {
                    assertThat(service.onExit().get(90, TimeUnit.SECONDS).exitValue())
                            .isEqualTo(78);
                    assertThat(service.log())
                            .singleElement()
                            .asString()
                            .startsWith("Cannot start ")
                            .contains("\"appendfsync everysec\"", "set \"appendfsync always\" on it");
                }
            }
        }
    }
}
