package dev.cachehandshake.localstack.doctor;

import dev.cachehandshake.protocol.redis.KeyFamily;
import dev.cachehandshake.protocol.redis.RedisKeys;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * One examination of a live Redis: a walk over keys, indexes and lists that collects suspects, and a second look at those
 * alone. What is only on its way from one step to the next is not found twice. Belongs to one thread.
 */
public final class Examination {
    private static final int SAMPLES = 100;
    private static final Map<KeyFamily, String> INDEXES = indexes();

    /** What passes between the two looks. */
    @FunctionalInterface
    public interface Pause {
        void await() throws InterruptedException;
    }

    private final RefereeReader redis;
    private final Pause pause;
    private final Suspects suspects = new Suspects();
    private final Map<KeyFamily, FamilySize> sizes = new EnumMap<>(KeyFamily.class);
    private final Map<String, Long> states = new HashMap<>();
    private final Map<String, OpenCount> open = Map.of("pending", new OpenCount(), "acknowledged", new OpenCount());
    private Optional<HandshakeSeen> oldest = Optional.empty();
    private long foreign;
    private long forgotten;

    /** @param connection whose codec is that of ISO 8859-1 */
    public Examination(StatefulRedisConnection<String, String> connection, Pause pause) {
        this.redis = new RefereeReader(connection);
        this.pause = pause;
    }

    /** Once. Throws what Lettuce throws when Redis does not answer, or refuses. */
    public Diagnosis examine() throws InterruptedException {
        long begun = System.nanoTime();
        ServerSeen server = redis.server();
        TallySeen before = redis.tally();
        for (String pattern : KeyFamily.patterns()) {
            redis.eachKey(pattern, this::seeKeys);
        }
        TallySeen after = redis.tally();
        Map<KeyFamily, Long> entries = new EnumMap<>(KeyFamily.class);
        INDEXES.forEach((family, index) -> {
            entries.put(family, redis.entries(index));
            redis.eachEntry(index, this::seeEntries);
        });
        Map<QueueList, ListSeen> lists = new HashMap<>();
        QueueList.ALL.forEach(list -> lists.put(list, redis.list(list.list(), this::strikeForeign)));
        TallyCheck tally = new TallyCheck(
                before,
                after,
                open.get("pending").distinct(),
                open.get("acknowledged").distinct());
        List<Finding> findings = secondLook();
        if (tally.isOff()) {
            findings.add(miscounted(tally));
        }
        return new Diagnosis(
                server,
                Duration.ofNanos(System.nanoTime() - begun),
                states,
                foreign,
                oldest,
                lists,
                entries,
                forgotten,
                sizes,
                tally,
                findings);
    }

    private void seeKeys(List<KeySeen> keys) {
        List<String> ids = new ArrayList<>();
        for (KeySeen key : keys) {
            key.family().ifPresent(family -> measure(family, key.name()));
            suspect(key);
            if (key.family().filter(KeyFamily.STATUS::equals).isPresent()) {
                RedisKeys.idOfStatus(key.name()).ifPresent(ids::add);
            }
        }
        for (HandshakeSeen seen : redis.handshakes(ids)) {
            FaultRules.of(seen).forEach(fault -> suspects.add(fault, seen.id()));
            count(seen);
        }
    }

    private void suspect(KeySeen key) {
        FaultRules.of(key).forEach(fault -> suspects.add(fault, key.name()));
    }

    private void measure(KeyFamily family, String key) {
        FamilySize size = sizes.getOrDefault(family, FamilySize.NONE).plusKey();
        if (size.keys() <= SAMPLES) {
            OptionalLong bytes = redis.memoryOf(key);
            if (bytes.isPresent()) {
                size = size.plusSample(bytes.getAsLong());
            }
        }
        sizes.put(family, size);
    }

    private void count(HandshakeSeen seen) {
        if (seen.isForeign()) {
            foreign++;
            return;
        }
        if (!seen.hasHash()) {
            return;
        }
        if (seen.isLeg()) {
            return;
        }
        states.merge(seen.state(), 1L, Long::sum);
        if (open.containsKey(seen.state())) {
            open.get(seen.state()).add(seen.id());
        }
        if (seen.isOpen()
                && seen.acceptedAt().isPresent()
                && seen.acceptedAt().getAsLong()
                        < oldest.map(one -> one.acceptedAt().orElseThrow()).orElse(Long.MAX_VALUE)) {
            oldest = Optional.of(seen);
        }
    }

    /** Of those that have one, the walk over keys has seen all. */
    private void seeEntries(List<String> ids) {
        for (HandshakeSeen seen : redis.handshakes(redis.withoutHash(ids))) {
            FaultRules.of(seen).forEach(fault -> suspects.add(fault, seen.id()));
            if (!seen.hasHash() && seen.failed().isPresent()) {
                forgotten++;
            }
        }
    }

    private void strikeForeign(String id) {
        suspects.strike(Fault.FOREIGN_LOST, id);
    }

    private List<Finding> secondLook() throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        if (suspects.isEmpty()) {
            return findings;
        }
        pause.await();
        if (!suspects.of(Fault.FOREIGN_LOST).isEmpty()) {
            QueueList.ALL.forEach(list -> redis.list(list.list(), this::strikeForeign));
        }
        for (Fault fault : Fault.values()) {
            List<String> subjects = suspects.of(fault);
            List<Finding.Item> items = switch (fault) {
                case EXPIRING_KEY, ENDLESS_KEY, OWNERLESS ->
                    redis.keys(subjects).stream()
                            .filter(key -> FaultRules.of(key).contains(fault))
                            .map(key -> new Finding.Item(key.name(), Details.of(key)))
                            .toList();
                case MISCOUNTED -> List.of();
                case LOST, FOREIGN_LOST, HASHLESS, OVERDUE, EXPIRING, MISPLACED, UNLISTED, ENDLESS ->
                    redis.handshakes(subjects).stream()
                            .filter(seen -> FaultRules.of(seen).contains(fault))
                            .map(seen -> new Finding.Item(seen.id(), Details.of(seen)))
                            .toList();
            };
            if (!items.isEmpty()) {
                findings.add(new Finding(fault, items, suspects.hasMore(fault)));
            }
        }
        return findings;
    }

    private static Finding miscounted(TallyCheck tally) {
        List<Finding.Item> items = tally.corrections().stream()
                .map(correction -> new Finding.Item(correction, Details.of(tally)))
                .toList();
        return new Finding(
                Fault.MISCOUNTED, items.isEmpty() ? List.of(new Finding.Item("", Details.of(tally))) : items, false);
    }

    private static Map<KeyFamily, String> indexes() {
        Map<KeyFamily, String> all = new EnumMap<>(KeyFamily.class);
        Stream.concat(QueueList.ALL.stream().map(QueueList::index), Stream.of(RedisKeys.DEADLINES, RedisKeys.FAILED))
                .forEach(index -> all.put(KeyFamily.of(index, "zset").orElseThrow(), index));
        return all;
    }
}
