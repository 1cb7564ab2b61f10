package dev.cachehandshake.endtoend;

import dev.cachehandshake.protocol.redis.RedisKeys;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Looks at every key of a Redis: what it is for, and whether it goes by itself. */
final class KeyOwners {
    /** One of each a Redis, however much is published. */
    private static final Set<String> FIXED = Set.of(
            RedisKeys.QUEUE,
            RedisKeys.RETURNS,
            RedisKeys.QUEUED_NORMAL,
            RedisKeys.QUEUED_RETURNS,
            RedisKeys.DEADLINES,
            RedisKeys.SEQUENCE,
            RedisKeys.TALLY,
            RedisKeys.POISON);

    private static final Map<String, Pattern> OF_A_HANDSHAKE = Map.of(
            "status", Pattern.compile("revalidation:[^:]+:status"),
            "marker", Pattern.compile("revalidation:complete:[^:]+"),
            "entry", Pattern.compile("revalidation:entry:.+"));

    private static final String NOBODY = "nobody's";

    private final Map<String, Integer> byOwner = new TreeMap<>();
    private final List<String> complaints = new ArrayList<>();

    private KeyOwners() {}

    /**
     * @param allEnded whether no handshake is open any more, so that each of its keys must have an end
     */
    static KeyOwners of(RedisCommands<String, String> redis, boolean allEnded) {
        KeyOwners owners = new KeyOwners();
        ScanArgs many = ScanArgs.Builder.limit(1_000);
        KeyScanCursor<String> cursor = redis.scan(many);
        while (true) {
            for (String key : cursor.getKeys()) {
                owners.look(redis, key, allEnded);
            }
            if (cursor.isFinished()) {
                return owners;
            }
            cursor = redis.scan(cursor, many);
        }
    }

    /** How many keys there are of each kind. */
    Map<String, Integer> byOwner() {
        return byOwner;
    }

    /** Keys that nobody owns, and such as have no time to live though they should. */
    List<String> complaints() {
        return complaints;
    }

    private void look(RedisCommands<String, String> redis, String key, boolean allEnded) {
        String owner = ownerOf(key);
        byOwner.merge(owner, 1, Integer::sum);
        if (owner.equals(NOBODY)) {
            complaints.add(key + " belongs to nobody");
        } else if (allEnded && !owner.equals("fixed") && redis.ttl(key) < 0 && redis.exists(key) == 1) {
            complaints.add(key + " has no time to live");
        }
    }

    private static String ownerOf(String key) {
        if (FIXED.contains(key)) {
            return "fixed";
        }
        return OF_A_HANDSHAKE.entrySet().stream()
                .filter(kind -> kind.getValue().matcher(key).matches())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(NOBODY);
    }
}
