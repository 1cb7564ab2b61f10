package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.HandshakeView;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Reads status hashes. A field that a stranger wrote over is read from the referee's own copy. Thread-safe. */
final class StatusReader {
    private static final String TARGET_PREFIX = "target:";

    /** What a list shows of each handshake: neither its job nor what its targets reported, both of which may be large. */
    static final List<String> OUTLINE = List.of(
            "referee_state",
            "phase",
            "site",
            "type",
            "slug",
            "version",
            "action",
            "class",
            "foreign",
            "referee_attempts",
            "lost",
            "misses",
            "epoch",
            "accepted_at_ms",
            "created_at",
            "claimed_at_ms",
            "acknowledged_at_ms",
            "finished_at_ms",
            "failure",
            "last_error",
            "last_error_at_ms",
            "replay_of",
            "replayed_by");

    private final StatefulRedisConnection<String, String> connection;
    private final OutageLog outages;

    StatusReader(StatefulRedisConnection<String, String> connection, OutageLog outages) {
        this.connection = connection;
        this.outages = outages;
    }

    /** A hash that only a foreign publisher has written so far is shown as pending; a key that is no hash is no handshake. */
    Map<RevalidationId, HandshakeView> find(Collection<RevalidationId> ids) {
        return Unavailable.unless("reading", outages, () -> {
            // All asked for before the first answer is awaited: one round trip, however many.
            Map<RevalidationId, RedisFuture<Map<String, String>>> reads = new LinkedHashMap<>();
            ids.forEach(
                    id -> reads.computeIfAbsent(id, one -> connection.async().hgetall(RedisKeys.status(one))));
            Map<RevalidationId, HandshakeView> found = new LinkedHashMap<>();
            reads.forEach((id, read) -> {
                Map<String, String> hash = await(read);
                if (!hash.isEmpty()) {
                    found.put(id, view(id, hash));
                }
            });
            return found;
        });
    }

    List<HandshakeView> successorsOf(HandshakeView handshake) {
        List<RevalidationId> ids = Unavailable.unless("reading", outages, () -> {
            RedisCommands<String, String> redis = connection.sync();
            String entry = redis.hget(RedisKeys.status(handshake.id()), "entry");
            if (entry == null) {
                return List.of();
            }
            Long rank = redis.zrank(RedisKeys.entry(entry), handshake.id().key());
            return rank == null
                    ? List.of()
                    : redis.zrange(RedisKeys.entry(entry), rank + 1, -1).stream()
                            .map(RevalidationId::new)
                            .toList();
        });
        return List.copyOf(find(ids).values());
    }

    /** @param values of {@link #OUTLINE}, in its order; an empty one stands for nothing */
    static HandshakeView outline(RevalidationId id, List<String> values) {
        Map<String, String> hash = new HashMap<>();
        for (int i = 0; i < OUTLINE.size(); i++) {
            if (!values.get(i).isEmpty()) {
                hash.put(OUTLINE.get(i), values.get(i));
            }
        }
        return view(id, hash);
    }

    private Map<String, String> await(RedisFuture<Map<String, String>> read) {
        try {
            return LettuceFutures.awaitOrCancel(read, connection.getTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (RedisCommandExecutionException refused) {
            if (refused.getMessage().startsWith("WRONGTYPE")) {
                return Map.of();
            }
            // LOADING, MASTERDOWN, NOAUTH: what the handshake is, this server does not say.
            throw refused;
        }
    }

    /** Before the referee has adopted it, nothing that a stranger wrote is believed but when he made it. */
    private static HandshakeView view(RevalidationId id, Map<String, String> all) {
        Map<String, String> hash =
                all.containsKey("referee_state") ? all : Map.of("created_at", all.getOrDefault("created_at", ""));
        return new HandshakeView(
                id,
                HandshakeState.fromWire(hash.getOrDefault("referee_state", "pending")),
                Phase.fromWire(hash.getOrDefault("phase", "queued")),
                hash.getOrDefault("site", "default"),
                hash.getOrDefault("type", ""),
                hash.getOrDefault("slug", ""),
                text(hash, "version"),
                text(hash, "action"),
                text(hash, "class").filter(own -> !hash.containsKey("foreign")).flatMap(DeliveryClass::fromWire),
                (int) number(hash, "referee_attempts").orElse(0),
                (int) number(hash, "lost").orElse(0),
                (int) number(hash, "misses").orElse(0),
                number(hash, "epoch").orElse(0),
                number(hash, "accepted_at_ms").orElse(number(hash, "created_at").orElse(0) * 1000),
                number(hash, "claimed_at_ms"),
                number(hash, "acknowledged_at_ms"),
                number(hash, "finished_at_ms"),
                number(hash, "next_look_at_ms"),
                text(hash, "freshness").map(Freshness::fromWire),
                text(hash, "covered_by"),
                text(hash, "failure").map(FailureReason::fromWire),
                text(hash, "last_error"),
                number(hash, "last_error_at_ms"),
                text(hash, "refused_paths"),
                text(hash, "replay_of"),
                text(hash, "replayed_by"),
                hash.containsKey("legs"),
                targets(hash),
                text(hash, "job"));
    }

    private static List<HandshakeView.TargetProgress> targets(Map<String, String> hash) {
        return hash.keySet().stream()
                .filter(field -> field.startsWith(TARGET_PREFIX) && field.endsWith(":status"))
                .map(field -> field.substring(TARGET_PREFIX.length(), field.length() - ":status".length()))
                .sorted()
                .map(name -> target(name, hash))
                .collect(Collectors.toUnmodifiableList());
    }

    private static HandshakeView.TargetProgress target(String name, Map<String, String> hash) {
        String prefix = TARGET_PREFIX + name + ":";
        return new HandshakeView.TargetProgress(
                name,
                hash.get(prefix + "status"),
                number(hash, prefix + "settled_at_ms"),
                text(hash, prefix + "replica"),
                text(hash, prefix + "build_id"),
                text(hash, prefix + "pages"),
                text(hash, prefix + "error"));
    }

    private static Optional<String> text(Map<String, String> hash, String field) {
        return Optional.ofNullable(hash.get(field)).filter(text -> !text.isEmpty());
    }

    private static OptionalLong number(Map<String, String> hash, String field) {
        String text = hash.get(field);
        try {
            return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException strangers) {
            return OptionalLong.empty();
        }
    }
}
