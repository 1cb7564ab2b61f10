package dev.cachehandshake.worker.claim;

import static dev.cachehandshake.protocol.DeliveryClass.LOW;
import static dev.cachehandshake.protocol.DeliveryClass.NORMAL;
import static dev.cachehandshake.protocol.DeliveryClass.URGENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.worker.StrategiesOfTests;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WeightedOrderTest {
    private static final int DRAWS = 10_000;

    private final WeightedOrder order = new WeightedOrder(StrategiesOfTests.BY_DEFAULT, new SplittableRandom(1));

    @Test
    void eachIsFirstAsOftenAsItsWeightSays() {
        Map<DeliveryClass, Integer> first = new EnumMap<>(DeliveryClass.class);
        for (int i = 0; i < DRAWS; i++) {
            first.merge(order.of(List.of(URGENT, NORMAL, LOW)).getFirst(), 1, Integer::sum);
        }

        assertThat(first.get(URGENT)).isCloseTo(DRAWS * 6 / 10, within(DRAWS / 50));
        assertThat(first.get(NORMAL)).isCloseTo(DRAWS * 3 / 10, within(DRAWS / 50));
        assertThat(first.get(LOW)).isCloseTo(DRAWS / 10, within(DRAWS / 50));
    }

    @Test
    void allThatAreFreeAreAskedOnceEach() {
        for (int i = 0; i < 100; i++) {
            assertThat(order.of(List.of(NORMAL, LOW))).containsExactlyInAnyOrder(NORMAL, LOW);
        }
    }
}
