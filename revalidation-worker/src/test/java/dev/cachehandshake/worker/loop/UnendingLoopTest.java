package dev.cachehandshake.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.protocol.store.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class UnendingLoopTest {
    private static final Duration ENDLESS = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final AtomicInteger rounds = new AtomicInteger();
    private UnendingLoop loop;

    @AfterEach
    void stop() throws InterruptedException {
        loop.stop();
        assertThat(loop.awaitEnd(PATIENCE)).isTrue();
    }

    @Test
    void runsAgainAndAgain() {
        start(() -> {
            rounds.incrementAndGet();
            return Duration.ofMillis(1);
        });

        await().until(() -> rounds.get() >= 10);
    }

    @Test
    void anExceptionDoesNotEndIt(CapturedOutput output) {
        // when
        start(() -> {
            if (rounds.incrementAndGet() == 1) {
                throw new IllegalStateException("nobody foresaw this");
            }
            return ENDLESS;
        });

        // then
        await().until(() -> rounds.get() == 2);
        assertThat(output).contains("a-loop: a step failed and is tried again").contains("nobody foresaw this");
    }

    @Test
    void anErrorDoesNotEndIt(CapturedOutput output) {
        start(() -> {
            if (rounds.incrementAndGet() == 1) {
                throw new StackOverflowError("of a value nested too deep");
            }
            return ENDLESS;
        });

        await().until(() -> rounds.get() == 2);
        assertThat(output).contains("a-loop: a step failed and is tried again");
    }

    @Test
    void anAbsentRedisIsAPauseAndNoErrorOfTheLoop(CapturedOutput output) {
        start(() -> {
            if (rounds.incrementAndGet() <= 4) {
                throw StoreUnavailableException.away("connection refused", null);
            }
            return ENDLESS;
        });

        await().until(() -> rounds.get() == 5);
        assertThat(output).doesNotContain("a-loop");
    }

    @Test
    void aStopEndsARestAtOnce() throws InterruptedException {
        // given
        start(() -> {
            rounds.incrementAndGet();
            return ENDLESS;
        });
        await().until(() -> rounds.get() == 1);

        // when
        loop.stop();

        // then
        assertThat(loop.awaitEnd(PATIENCE)).isTrue();
        assertThat(loop.isStopping()).isTrue();
        assertThat(rounds).hasValue(1);
    }

    @Test
    void aStopWaitsForTheStepUnderWay() throws InterruptedException {
        // given
        CountDownLatch goOn = new CountDownLatch(1);
        start(() -> {
            rounds.incrementAndGet();
            goOn.await();
            return Duration.ZERO;
        });
        await().until(() -> rounds.get() == 1);

        // when
        loop.stop();

        // then
        assertThat(loop.awaitEnd(Duration.ofMillis(50))).isFalse();
        goOn.countDown();
        assertThat(loop.awaitEnd(PATIENCE)).isTrue();
        assertThat(rounds).hasValue(1);
    }

    private void start(UnendingLoop.Step step) {
        loop = new UnendingLoop("a-loop", step);
        loop.start();
    }
}
