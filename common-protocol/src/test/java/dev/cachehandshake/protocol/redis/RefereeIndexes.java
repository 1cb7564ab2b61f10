package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.RevalidationId;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What must hold of every handshake in Redis after every script, whatever came before. */
final class RefereeIndexes {
    private static final String STATUS_PREFIX = "revalidation:";
    private static final String STATUS_SUFFIX = ":status";
    private static final Set<String> TERMINAL = Set.of("completed", "failed", "simulated");

    private RefereeIndexes() {}

    static void check(RedisCommands<String, String> redis) {
        Map<String, Map<String, String>> handshakes = handshakes(redis);
        Map<String, Set<String>> indexes = new TreeMap<>();
        for (DeliveryClass each : DeliveryClass.values()) {
            indexes.put(nameOf(RedisKeys.queued(each)), members(redis, RedisKeys.queued(each)));
            indexes.put(nameOf(RedisKeys.queuedReturns(each)), members(redis, RedisKeys.queuedReturns(each)));
        }
        Set<String> listed = indexes.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        indexes.put("deadlines", members(redis, RedisKeys.DEADLINES));
        Map<String, Long> tally = new HashMap<>();
        handshakes.forEach((id, hash) -> {
            boolean leg = RevalidationId.ofKey(id).leg().isPresent();
            if (!leg) {
                tally.merge(hash.get("referee_state"), 1L, Long::sum);
            }
            List<String> in = indexes.keySet().stream()
                    .filter(index -> indexes.get(index).contains(id))
                    .toList();
            boolean done = hash.get("phase").equals("done");
            assertThat(TERMINAL.contains(hash.get("referee_state")))
                    .as("%s is terminal when its phase is done: %s", id, hash)
                    .isEqualTo(done);
            assertThat(redis.ttl(RedisKeys.status(RevalidationId.ofKey(id))) > 0)
                    .as("%s expires when it is done: %s", id, hash)
                    .isEqualTo(done);
            if (done) {
                assertThat(in).as("indexes of %s, which is done", id).isSubsetOf("deadlines");
                return;
            }
            if (hash.get("phase").equals("fanned")) {
                assertThat(in).as("indexes of %s, whose legs are in them", id).isEmpty();
                assertThat(openLegs(id, hash))
                        .as("legs of %s: %s", id, hash)
                        .isNotEmpty()
                        .isSubsetOf(handshakes.keySet());
                return;
            }
            if (leg) {
                String parent = RevalidationId.ofKey(id).value();
                assertThat(openLegs(parent, handshakes.getOrDefault(parent, Map.of())))
                        .as("open legs of %s", parent)
                        .contains(id);
            }
            assertThat(in).as("indexes of %s: %s", id, hash).hasSize(1);
            if (!in.getFirst().equals("deadlines")) {
                assertThat(hash)
                        .as("%s in the index %s", id, in)
                        .containsEntry("phase", "queued")
                        .containsEntry("list", in.getFirst());
            } else {
                assertThat(redis.zscore(RedisKeys.DEADLINES, id)).isPositive();
            }
        });
        assertThat(handshakes.keySet()).as("every indexed id is a handshake").containsAll(listed);
        assertThat(redis.zrange(RedisKeys.FAILED, 0, -1))
                .as("what is listed as failed is what has failed")
                .hasSameElementsAs(handshakes.entrySet().stream()
                        .filter(handshake ->
                                handshake.getValue().get("referee_state").equals("failed"))
                        .map(Map.Entry::getKey)
                        .toList());
        for (String open : List.of("pending", "acknowledged")) {
            String counted = redis.hget(RedisKeys.TALLY, open);
            assertThat(counted == null ? 0L : Long.parseLong(counted))
                    .as("tally of %s", open)
                    .isEqualTo(tally.getOrDefault(open, 0L));
        }
    }

    /** The sequence that an id's element of ours would have in a list: whether that element is there. */
    static boolean isListed(RedisCommands<String, String> redis, String index, String list, String id) {
        Double sequence = redis.zscore(index, id);
        return sequence != null
                && redis.lrange(list, 0, -1).stream()
                        .anyMatch(element -> element.startsWith("{\"seq\":" + sequence.longValue() + ","));
    }

    private static List<String> openLegs(String id, Map<String, String> hash) {
        return Arrays.stream(hash.getOrDefault("legs", "").split("\u001F", -1))
                .filter(target -> !hash.containsKey("target:" + target + ":ended"))
                .map(target -> new RevalidationId(id).at(target).key())
                .toList();
    }

    private static Set<String> members(RedisCommands<String, String> redis, String index) {
        return new HashSet<>(redis.zrange(index, 0, -1));
    }

    /** As a hash has it in its field {@code list}. */
    private static String nameOf(String index) {
        return index.substring(index.lastIndexOf(':') + 1);
    }

    private static Map<String, Map<String, String>> handshakes(RedisCommands<String, String> redis) {
        Map<String, Map<String, String>> found = new HashMap<>();
        for (String key : redis.keys(STATUS_PREFIX + "*" + STATUS_SUFFIX)) {
            if (!redis.type(key).equals("hash")) {
                continue;
            }
            Map<String, String> hash = redis.hgetall(key);
            if (hash.containsKey("phase")) {
                found.put(key.substring(STATUS_PREFIX.length(), key.length() - STATUS_SUFFIX.length()), hash);
            }
        }
        return found;
    }
}
