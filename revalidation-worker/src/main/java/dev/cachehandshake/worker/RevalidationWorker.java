package dev.cachehandshake.worker;

import dev.cachehandshake.protocol.boot.RefereeConfiguration;
import dev.cachehandshake.protocol.boot.ServiceLauncher;
import dev.cachehandshake.worker.config.WorkerConfiguration;
import java.security.Security;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The revalidation worker's main class. Any number of workers share one Redis; none is the leader. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({RefereeConfiguration.class, WorkerConfiguration.class})
public class RevalidationWorker {
    /** A target that is gone from DNS, or new in it, shall be noticed soon. Must be set before the first name is looked up. */
    private static final String SECONDS_A_NAME_IS_REMEMBERED = "2";

    public static void main(String... args) {
        Security.setProperty("networkaddress.cache.ttl", SECONDS_A_NAME_IS_REMEMBERED);
        Security.setProperty("networkaddress.cache.stale.ttl", "0");
        ServiceLauncher.launch(RevalidationWorker.class, args);
    }
}
