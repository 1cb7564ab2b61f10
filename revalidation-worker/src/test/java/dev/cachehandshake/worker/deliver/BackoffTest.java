package dev.cachehandshake.worker.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.boot.Strategy;
import dev.cachehandshake.worker.StrategiesOfTests;
import dev.cachehandshake.worker.config.BackoffSettings;
import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
    private static final Strategy ANY = StrategiesOfTests.BY_DEFAULT.of(DeliveryClass.NORMAL);

    private static final BackoffSettings SETTINGS = new BackoffSettings(
            Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofSeconds(15), Duration.ofMinutes(10));

    private final Backoff longest = new Backoff(SETTINGS, new Highest());
    private final Backoff shortest = new Backoff(SETTINGS, new Lowest());

    @ParameterizedTest
    @CsvSource({"0,1s", "1,1s", "2,2s", "3,4s", "6,32s", "7,60s", "8,60s", "1000,60s", "2147483647,60s"})
    void theCeilingDoublesWithEachAttemptUpToTheMost(int attempts, String ceiling) {
        assertThat(longest.afterAttempt(ANY, attempts)).isEqualTo(Duration.parse("PT" + ceiling));
    }

    @ParameterizedTest
    @CsvSource({"0,1s", "1,2s", "3,8s", "4,15s", "2147483646,15s"})
    void theCeilingOfMissesHasAMostOfItsOwn(int misses, String ceiling) {
        assertThat(longest.afterMiss(misses)).isEqualTo(Duration.parse("PT" + ceiling));
    }

    @Test
    void theJitterIsFull() {
        assertThat(shortest.afterAttempt(ANY, 5)).isZero();
        assertThat(shortest.afterMiss(5)).isZero();
    }

    @Test
    void theJitterSpreadsOverTheWholeTimeAndNeverPastIt() {
        // given
        Backoff backoff = new Backoff(SETTINGS, new Random(42));

        // when
        long[] millis = Stream.generate(() -> backoff.afterAttempt(ANY, 3))
                .limit(2_000)
                .mapToLong(Duration::toMillis)
                .sorted()
                .toArray();

        // then
        assertThat(millis[0]).isBetween(0L, 100L);
        assertThat(millis[1_000]).isBetween(1_800L, 2_200L);
        assertThat(millis[1_999]).isBetween(3_900L, 4_000L);
    }

    @Test
    void aWishIsWaitedForAndTheJitterComesOnTop() {
        assertThat(shortest.afterAttempt(ANY, 1, Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(7));
        assertThat(longest.afterAttempt(ANY, 1, Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void aWishThatIsShorterThanTheOwnTimeChangesNothing() {
        assertThat(longest.afterAttempt(ANY, 4, Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void aWishForDaysIsCutToTheLongest() {
        assertThat(shortest.afterAttempt(ANY, 1, Duration.ofDays(3))).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void aboutATimeIsFromHalfOfItToOneAndAHalf() {
        assertThat(shortest.about(Duration.ofSeconds(5))).isEqualTo(Duration.ofMillis(2_500));
        assertThat(longest.about(Duration.ofSeconds(5))).isEqualTo(Duration.ofMillis(7_500));
    }

    private static final class Highest implements RandomGenerator {
        @Override
        public long nextLong() {
            return -1;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    }

    private static final class Lowest implements RandomGenerator {
        @Override
        public long nextLong() {
            return 0;
        }

        @Override
        public long nextLong(long bound) {
            return 0;
        }
    }
}
