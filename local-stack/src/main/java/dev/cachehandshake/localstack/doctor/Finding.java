package dev.cachehandshake.localstack.doctor;

import java.util.List;

/**
 * A fault that was there at both looks.
 *
 * @param more whether there are more than are listed
 */
public record Finding(Fault fault, List<Item> items, boolean more) {
    public Finding {
        items = List.copyOf(items);
    }

    /**
     * @param subject an id, the name of a key, or a correction of the tally
     * @param detail what else was seen of it
     */
    public record Item(String subject, String detail) {}
}
