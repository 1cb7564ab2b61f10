package dev.cachehandshake.localstack.doctor;

import dev.cachehandshake.protocol.redis.RedisKeys;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScoredValueScanCursor;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Looks at a live Redis in small bites, one after the other, and writes nothing. Texts are taken byte by byte (as ISO 8859-1), so
 * that a key that is no UTF-8 is still found by its name. Belongs to one thread.
 */
final class RefereeReader {
    private static final int SCANNED = 200;
    private static final int HANDSHAKES = 50;
    private static final int ELEMENTS = 100;

    private static final String LOOK = source("look.lua");
    private static final String ELEMENTS_OF = source("elements.lua");

    private final StatefulRedisConnection<String, String> redis;

    /** @param redis whose codec is that of ISO 8859-1 */
    RefereeReader(StatefulRedisConnection<String, String> redis) {
        this.redis = redis;
    }

    /** Each key that is there all the while comes at least once; SCAN may bring some twice. */
    void eachKey(String pattern, Consumer<List<KeySeen>> bites) {
        ScanArgs args = ScanArgs.Builder.matches(pattern).limit(SCANNED);
        KeyScanCursor<String> cursor = redis.sync().scan(args);
        while (true) {
            bites.accept(keys(cursor.getKeys()));
            if (cursor.isFinished()) {
                return;
            }
            cursor = redis.sync().scan(cursor, args);
        }
    }

    /** Those that are there. */
    List<KeySeen> keys(List<String> names) {
        List<KeySeen> seen = new ArrayList<>();
        for (List<String> some : slices(names, SCANNED)) {
            List<RedisFuture<String>> types =
                    some.stream().map(redis.async()::type).toList();
            List<RedisFuture<Long>> lives =
                    some.stream().map(redis.async()::pttl).toList();
            for (int i = 0; i < some.size(); i++) {
                String type = answer(types.get(i));
                long life = answer(lives.get(i));
                if (!type.equals("none") && life != -2) {
                    seen.add(new KeySeen(some.get(i), type, life));
                }
            }
        }
        return seen;
    }

    /** Each id that is in a sorted set all the while comes at least once. */
    void eachEntry(String index, Consumer<List<String>> bites) {
        ScanArgs args = ScanArgs.Builder.limit(SCANNED);
        ScoredValueScanCursor<String> cursor = redis.sync().zscan(index, args);
        while (true) {
            bites.accept(
                    cursor.getValues().stream().map(entry -> entry.getValue()).toList());
            if (cursor.isFinished()) {
                return;
            }
            cursor = redis.sync().zscan(index, ScanCursor.of(cursor.getCursor()), args);
        }
    }

    /** How handshakes stand, in the order of their ids; so many at a time at the same instant. */
    List<HandshakeSeen> handshakes(List<String> ids) {
        List<HandshakeSeen> seen = new ArrayList<>();
        for (List<String> some : slices(ids, HANDSHAKES)) {
            String[] keys = Stream.concat(
                            Stream.concat(
                                    Stream.of(RedisKeys.FAILED, RedisKeys.DEADLINES),
                                    QueueList.ALL.stream().map(QueueList::index)),
                            some.stream().map(RedisKeys::status))
                    .toArray(String[]::new);
            List<Object> answer = redis.sync().eval(LOOK, ScriptOutputType.MULTI, keys, some.toArray(String[]::new));
            long now = Long.parseLong(answer.getFirst().toString());
            List<?> rows = (List<?>) answer.get(1);
            for (int i = 0; i < rows.size(); i++) {
                seen.add(handshake(some.get(i), now, (List<?>) rows.get(i)));
            }
        }
        return seen;
    }

    /** Those of them that have no hash. */
    List<String> withoutHash(List<String> ids) {
        List<RedisFuture<String>> types =
                ids.stream().map(RedisKeys::status).map(redis.async()::type).toList();
        List<String> without = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            if (!answer(types.get(i)).equals("hash")) {
                without.add(ids.get(i));
            }
        }
        return without;
    }

    /**
     * What lies in a list. From its tail to its head, by places that count from the tail: what is popped meanwhile moves no other,
     * and what is pushed moves them towards where the walk has not been yet. So an element that is there all the while is met.
     *
     * @param foreign hears the id of each foreign element that waits
     */
    ListSeen list(String list, Consumer<String> foreign) {
        ListSeen all = ListSeen.EMPTY;
        for (long last = -1; ; last -= ELEMENTS) {
            List<Object> answer = redis.sync()
                    .eval(
                            ELEMENTS_OF,
                            ScriptOutputType.MULTI,
                            new String[] {list},
                            Long.toString(last - ELEMENTS + 1),
                            Long.toString(last),
                            RedisKeys.statusPattern());
            ListSeen some = new ListSeen(
                    number(answer, 0), number(answer, 1), number(answer, 2), number(answer, 3), number(answer, 4));
            ((List<?>) answer.get(5)).forEach(id -> foreign.accept(id.toString()));
            all = all.plus(some);
            if (some.elements() < ELEMENTS) {
                return all;
            }
        }
    }

    TallySeen tally() {
        List<OptionalLong> counts =
                redis
                        .sync()
                        .hmget(RedisKeys.TALLY, "pending", "acknowledged", "completed", "failed", "simulated")
                        .stream()
                        .map(count -> numberOf(count.getValueOrElse("")))
                        .toList();
        return new TallySeen(
                counts.get(0).orElse(0),
                counts.get(1).orElse(0),
                counts.get(2).orElse(0)
                        + counts.get(3).orElse(0)
                        + counts.get(4).orElse(0));
    }

    /** Of some sorted set; zero when there is none. */
    long entries(String index) {
        return redis.sync().zcard(index);
    }

    /** Empty where the server does not say. */
    OptionalLong memoryOf(String key) {
        return allowed(() -> Optional.ofNullable(redis.sync().memoryUsage(key)))
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    ServerSeen server() {
        String info = allowed(() -> Optional.of(redis.sync().info())).orElse("");
        Function<String, Optional<String>> field = name -> info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
        OptionalLong most = numberOf(field.apply("maxmemory").orElse(""));
        return new ServerSeen(
                field.apply("redis_version"),
                numberOf(field.apply("used_memory").orElse("")),
                most.isPresent() && most.getAsLong() == 0 ? OptionalLong.empty() : most);
    }

    /** Empty where this user may not ask: of a managed server much can be seen all the same. */
    private static <T> Optional<T> allowed(java.util.function.Supplier<Optional<T>> asking) {
        try {
            return asking.get();
        } catch (RedisCommandExecutionException forbidden) {
            return Optional.empty();
        }
    }

    private <T> T answer(RedisFuture<T> future) {
        return LettuceFutures.awaitOrCancel(future, redis.getTimeout().toNanos(), TimeUnit.NANOSECONDS);
    }

    private static HandshakeSeen handshake(String id, long now, List<?> row) {
        return new HandshakeSeen(
                id,
                now,
                number(row, 0),
                row.get(1).toString(),
                row.get(2).toString(),
                row.get(3).toString(),
                row.get(4).toString(),
                numberOf(row.get(5).toString()),
                numberOf(row.get(6).toString()),
                numberOf(row.get(7).toString()),
                number(row, 8),
                indexedIn((List<?>) row.get(11)),
                numberOf(row.get(10).toString()),
                numberOf(row.get(9).toString()));
    }

    private static List<QueueList> indexedIn(List<?> places) {
        return places.stream()
                .map(place -> QueueList.ALL.get(Integer.parseInt(place.toString())))
                .toList();
    }

    private static long number(List<?> row, int at) {
        return Long.parseLong(row.get(at).toString());
    }

    /** Empty for what a stranger may have put there. */
    private static OptionalLong numberOf(String text) {
        try {
            return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of((long) Double.parseDouble(text));
        } catch (NumberFormatException strangers) {
            return OptionalLong.empty();
        }
    }

    private static <T> List<List<T>> slices(List<T> all, int most) {
        List<List<T>> slices = new ArrayList<>();
        for (int from = 0; from < all.size(); from += most) {
            slices.add(all.subList(from, Math.min(from + most, all.size())));
        }
        return slices;
    }

    private static String source(String name) {
        try (InputStream lua = RefereeReader.class.getResourceAsStream(name)) {
            if (lua == null) {
                throw new IllegalStateException("the jar lacks the script " + name.toLowerCase(Locale.ROOT));
            }
            return new String(lua.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
