package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.store.StoreUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Reads status hashes. A field that a stranger wrote over is read from the referee's own copy. Thread-safe. */
final class StatusReader {
    private static final String TARGET_PREFIX = "target:";

    private final RedisCommands<String, String> redis;

    StatusReader(RedisCommands<String, String> redis) {
        this.redis = redis;
    }

    /** A hash that only a foreign publisher has written so far is shown as pending. */
    Optional<HandshakeView> find(RevalidationId id) {
        try {
            Map<String, String> hash = redis.hgetall(RedisKeys.status(id));
            return hash.isEmpty() ? Optional.empty() : Optional.of(view(id, hash));
        } catch (RedisCommandExecutionException notHash) {
            return Optional.empty();
        } catch (RedisException | CancellationException failure) {
            throw new StoreUnavailableException("reading " + id + ": " + failure.getMessage(), failure);
        }
    }

    List<HandshakeView> successorsOf(HandshakeView handshake) {
        List<String> ids = orUnavailable(() -> {
            String entry = redis.hget(RedisKeys.status(handshake.id()), "entry");
            if (entry == null) {
                return List.of();
            }
            Long rank = redis.zrank(RedisKeys.entry(entry), handshake.id().value());
            return rank == null ? List.of() : redis.zrange(RedisKeys.entry(entry), rank + 1, -1);
        });
        return ids.stream().flatMap(id -> find(new RevalidationId(id)).stream()).toList();
    }

    private static <T> T orUnavailable(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (RedisException | CancellationException failure) {
            throw new StoreUnavailableException("reading: " + failure.getMessage(), failure);
        }
    }

    private static HandshakeView view(RevalidationId id, Map<String, String> hash) {
        return new HandshakeView(
                id,
                HandshakeState.fromWire(hash.getOrDefault("referee_state", "pending")),
                Phase.fromWire(hash.getOrDefault("phase", "queued")),
                hash.getOrDefault("site", "default"),
                hash.getOrDefault("type", ""),
                hash.getOrDefault("slug", ""),
                text(hash, "version"),
                text(hash, "action"),
                (int) number(hash, "referee_attempts").orElse(0),
                (int) number(hash, "lost").orElse(0),
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
                text(hash, prefix + "pages"));
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
