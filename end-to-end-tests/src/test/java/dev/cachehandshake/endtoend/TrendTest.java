package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TrendTest {
    private final Trend trend = new Trend("heap", 1, "MiB");

    @Test
    void whatGoesUpAndDownDoesNotGrow() {
        for (int i = 0; i <= 100; i++) {
            trend.add(i, i % 2 == 0 ? 90 : 110);
        }

        assertThat(trend.growth()).isCloseTo(0, within(0.01));
    }

    @Test
    void aLeakShowsUnderNoise() {
        for (int i = 0; i <= 100; i++) {
            trend.add(i * 10, 100 + i * 0.5 + (i % 2 == 0 ? -20 : 20));
        }

        assertThat(trend.growth()).isCloseTo(0.4, within(0.02));
        assertThat(trend.inWords()).contains("heap: 80.0 to ", "MiB", "the trend over the run +40.", "n=101");
    }

    @Test
    void twoSamplesAreNoTrend() {
        trend.add(0, 1);
        trend.add(1, 100);

        assertThat(trend.growth()).isZero();
    }
}
