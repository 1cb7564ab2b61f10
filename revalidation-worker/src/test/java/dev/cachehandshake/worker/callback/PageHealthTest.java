package dev.cachehandshake.worker.callback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.worker.StrategiesOfTests;
import dev.cachehandshake.worker.config.BackoffSettings;
import dev.cachehandshake.worker.config.TargetSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class PageHealthTest {
    /** The longest that a broken page goes without being reported again: backoff, call and callback. */
    private static final Duration REPORTED_AGAIN_WITHIN = Duration.ofSeconds(15 + 60 + 25);

    private static final Confirmation.Unreadable BROKEN =
            new Confirmation.Unreadable("/blog answered with status 500", Duration.ofSeconds(1), Duration.ofDays(7));

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final PageHealth health = new PageHealth(
            new TargetSettings(
                    "default",
                    "nextjs",
                    List.of(URI.create("http://localhost:3000")),
                    false,
                    TargetSettings.Invalidate.ALL,
                    TargetSettings.Protocol.BATCH,
                    TargetSettings.CallbackAuth.JWT,
                    Duration.ofSeconds(2),
                    null,
                    Duration.ofDays(7)),
            StrategiesOfTests.BY_DEFAULT,
            new BackoffSettings(
                    Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofSeconds(15), Duration.ofMinutes(10)),
            new Clock() {
                @Override
                public Instant instant() {
                    return now;
                }

                @Override
                public ZoneOffset getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(java.time.ZoneId zone) {
                    return this;
                }
            },
            meters);

    private double gauge() {
        return meters.get("handshake.pages.unreadable").gauge().value();
    }

    private static int count(CapturedOutput output, String text) {
        return output.getOut().split(text, -1).length - 1;
    }

    @Test
    void brokenPagesAreToldOfOnceHoweverManyWaitForThemAndOthersAreFine(CapturedOutput output) {
        assertThat(gauge()).isZero();
        for (int i = 0; i < 20; i++) {
            health.broken(BROKEN, "a" + i);
            health.heard();
            now = now.plus(REPORTED_AGAIN_WITHIN.minusMillis(1));
            health.heard();
        }

        assertThat(gauge()).isEqualTo(1);
        assertThat(count(output, "cannot show its pages: /blog answered with status 500 \\(handshake a0\\)"))
                .isOne();
        assertThat(count(output, "cannot show its pages")).isOne();
        assertThat(count(output, "shows its pages again")).isZero();
    }

    @Test
    void withoutFurtherBadNewsTheyAreWellAgain(CapturedOutput output) {
        health.broken(BROKEN, "a");
        now = now.plus(REPORTED_AGAIN_WITHIN);

        assertThat(gauge()).as("whether or not anybody calls back").isZero();
        health.heard();
        health.heard();
        assertThat(count(output, "target nextjs shows its pages again")).isOne();

        health.broken(BROKEN, "b");
        assertThat(gauge()).isEqualTo(1);
        assertThat(count(output, "cannot show its pages")).isEqualTo(2);
    }
}
