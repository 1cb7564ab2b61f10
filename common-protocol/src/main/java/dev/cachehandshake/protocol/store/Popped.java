package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.DeliveryClass;

/**
 * An element that BLPOP took: a hint of what to claim, never the thing to deliver.
 *
 * @param deliveryClass of the list that it was taken from
 */
public record Popped(String element, DeliveryClass deliveryClass) {
    /** From a list of the normal class. */
    public Popped(String element) {
        this(element, DeliveryClass.NORMAL);
    }
}
