package dev.cachehandshake.worker.claim;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.boot.Strategies;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * In which order classes are asked: the heavier one first more often, and each of them first at times, so that the lowest is
 * never starved however much of the others waits.
 */
final class WeightedOrder {
    private final Strategies strategies;
    private final RandomGenerator random;

    WeightedOrder(Strategies strategies, RandomGenerator random) {
        this.strategies = strategies;
        this.random = random;
    }

    List<DeliveryClass> of(List<DeliveryClass> free) {
        List<DeliveryClass> left = new ArrayList<>(free);
        List<DeliveryClass> order = new ArrayList<>();
        while (!left.isEmpty()) {
            int lot = random.nextInt(left.stream().mapToInt(this::weight).sum());
            int next = 0;
            while (lot >= weight(left.get(next))) {
                lot -= weight(left.get(next));
                next++;
            }
            order.add(left.remove(next));
        }
        return order;
    }

    private int weight(DeliveryClass deliveryClass) {
        return strategies.of(deliveryClass).weight();
    }
}
