package dev.cachehandshake.endtoend;

import dev.cachehandshake.localstack.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;

/** What a service's heap holds once everything that is garbage is gone. */
final class LiveHeap {
    private LiveHeap() {}

    /** Makes the service collect, by the {@code jcmd} of this JDK, and reads its own metric. */
    static double bytes(ServiceProcess service) {
        try {
            int code = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(service.pid()),
                            "GC.run")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("jcmd " + service.pid() + " GC.run ended with " + code);
            }
            return Prometheus.read(service.url()).getOrDefault("jvm_gc_live_data_size_bytes", 0.0);
        } catch (IOException unreadable) {
            throw new IllegalStateException("cannot look at the heap of the " + service.name(), unreadable);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}
