package dev.cachehandshake.faultcampaign.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What is published in one run: a pure function of its seed. An entry's updates come in the order of their versions, as
 * from one editor; some entries are saved again and again within milliseconds.
 *
 * @param editors each publishes its updates one after the other
 */
public record LoadPlan(List<List<Update>> editors) {
    private static final int EDITORS = 24;
    private static final int ENTRIES = 48;
    private static final int POISON_ENTRIES = 2;
    /** One in so many updates is followed by another of the same entry at once. */
    private static final int BURSTS = 5;

    private static final int BURST_WITHIN_MS = 40;

    public LoadPlan {
        editors = List.copyOf(editors);
    }

    /**
     * One update to be published.
     *
     * @param entry its slug
     * @param due after the load began; later when the editor is still busy with the one before
     * @param poison whether the site answers 500 to any call that carries it
     */
    public record Update(String id, String entry, long version, Duration due, boolean poison) {}

    /**
     * @param prefix begins each id, for ids are of a whole campaign
     * @param events how many updates in all
     * @param within the time over which they are spread
     */
    public static LoadPlan of(long seed, String prefix, int events, Duration within) {
        SplittableRandom random = new SplittableRandom(seed ^ 0x10ADL);
        boolean poisoned = random.nextInt(3) == 0;
        List<List<Integer>> times = new ArrayList<>();
        for (int entry = 0; entry < ENTRIES; entry++) {
            times.add(new ArrayList<>());
        }
        int made = 0;
        while (made < events) {
            List<Integer> ofEntry = times.get(random.nextInt(ENTRIES));
            int at = random.nextInt((int) within.toMillis());
            ofEntry.add(at);
            made++;
            if (made < events && random.nextInt(BURSTS) == 0) {
                ofEntry.add(at + random.nextInt(BURST_WITHIN_MS));
                made++;
            }
        }
        List<List<Update>> editors = new ArrayList<>();
        for (int editor = 0; editor < EDITORS; editor++) {
            editors.add(new ArrayList<>());
        }
        Set<Integer> poison = new HashSet<>();
        while (poisoned && poison.size() < POISON_ENTRIES) {
            poison.add(random.nextInt(ENTRIES));
        }
        int number = 0;
        for (int entry = 0; entry < ENTRIES; entry++) {
            Collections.sort(times.get(entry));
            // A poison entry is saved only once: there is nothing to learn from the site's 500 the tenth time.
            List<Integer> saved = poison.contains(entry)
                    ? times.get(entry).subList(0, Math.min(1, times.get(entry).size()))
                    : times.get(entry);
            long version = 0;
            for (int at : saved) {
                version++;
                number++;
                editors.get(entry % EDITORS)
                        .add(new Update(
                                prefix + "-" + number,
                                prefix + "-entry-" + entry,
                                version,
                                Duration.ofMillis(at),
                                poison.contains(entry)));
            }
        }
        editors.forEach(updates -> updates.sort(Comparator.comparing(Update::due)));
        return new LoadPlan(editors.stream().map(List::copyOf).toList());
    }

    public int size() {
        return editors.stream().mapToInt(List::size).sum();
    }
}
