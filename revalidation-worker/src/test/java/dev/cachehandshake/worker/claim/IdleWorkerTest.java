package dev.cachehandshake.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.worker.RunningWorker;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An idle worker leaves Redis in peace. */
class IdleWorkerTest {
    private static final int WINDOW_SECONDS = 10;
    private static final int ROUND_TRIPS_A_SECOND = 2;

    @RegisterExtension
    static final RunningWorker worker = RunningWorker.with(
            "handshake.sweep.every=1s",
            "handshake.sweep.at-most-every=100ms",
            "handshake.claim.pop-wait=5s",
            "handshake.lease.duration=4s",
            "handshake.lease.renew-every=1s");

    @Test
    void itMakesTwoRoundTripsASecondAtMost() {
        // given
        long since = info("uptime_in_seconds");
        long before = info("total_reads_processed");
        AtomicInteger own = new AtomicInteger();

        // when
        await().atMost(RunningWorker.PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    own.incrementAndGet();
                    return info("uptime_in_seconds") >= since + WINDOW_SECONDS;
                });
        long reads = info("total_reads_processed");
        own.incrementAndGet();

        // then
        assertThat(reads - before - own.get())
                .as("round trips in %s s", WINDOW_SECONDS)
                .isBetween(1L, (long) WINDOW_SECONDS * ROUND_TRIPS_A_SECOND);
    }

    private static long info(String field) {
        return Arrays.stream(worker.redis().info().split("\r\n", -1))
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.substring(field.length() + 1)))
                .findFirst()
                .orElseThrow();
    }
}
