package dev.cachehandshake.worker;

import dev.cachehandshake.protocol.boot.RefereeConfiguration;
import dev.cachehandshake.protocol.boot.ServiceLauncher;
import dev.cachehandshake.worker.config.WorkerConfiguration;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The revalidation worker's main class. Any number of workers share one Redis; none is the leader. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({RefereeConfiguration.class, WorkerConfiguration.class})
public class RevalidationWorker {
    public static void main(String... args) {
        ServiceLauncher.launch(RevalidationWorker.class, args);
    }
}
