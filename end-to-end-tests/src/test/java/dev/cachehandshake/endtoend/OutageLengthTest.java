package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How soon the work goes on when Redis is back, after many short outages and after one of a minute. */
@Tag("slow")
class OutageLengthTest {
    private static final int SHORT_OUTAGES = 20;
    private static final Duration LONG_OUTAGE = Duration.ofSeconds(60);
    private static final double P99_MILLIS = 2_000;

    @Test
    void shortOutagesAndOneOfAMinute() throws Exception {
        try (ReconnectingPair far = ReconnectingPair.up();
                ReconnectingPair near = ReconnectingPair.up()) {
            // given a Redis that is away for a minute
            far.workGoesOn();
            LogSince publisher = LogSince.now(far.publisher());
            LogSince worker = LogSince.now(far.worker());
            far.redis().kill();
            long killedAt = System.nanoTime();
            far.assertRefuses();

            // when another one is killed and restarted in that time again and again
            List<Long> shortOnes = new ArrayList<>();
            while (shortOnes.size() < SHORT_OUTAGES || System.nanoTime() - killedAt < LONG_OUTAGE.toNanos()) {
                near.workGoesOn();
                near.redis().kill();
                near.assertRefuses();
                // It answers PING when this returns.
                near.redis().restart();
                shortOnes.add(near.workGoesOn().toNanos());
            }
            far.assertRefuses();
            Duration away = Duration.ofNanos(System.nanoTime() - killedAt);
            far.redis().restart();
            Duration afterALongOne = far.workGoesOn();

            // then
            long[] nanos = shortOnes.stream().mapToLong(Long::longValue).toArray();
            Figures.say("Redis answers PING again -> published and completed: %s", Figures.percentiles(nanos));
            Figures.say("the same after %d s away: %d ms", away.toSeconds(), afterALongOne.toMillis());
            assertThat(Figures.percentileMillis(nanos, 0.99)).isLessThanOrEqualTo(P99_MILLIS);
            assertThat(afterALongOne.toMillis()).isLessThanOrEqualTo((long) P99_MILLIS);
            publisher.assertSaidOnce("Redis does not answer");
            worker.assertSaidOnce("Redis does not answer");
        }
    }
}
