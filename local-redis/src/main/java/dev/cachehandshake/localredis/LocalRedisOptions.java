package dev.cachehandshake.localredis;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How to start a {@link LocalRedis}.
 *
 * @param port on 127.0.0.1; 0 for one that is free (the default). It stays the same over restarts
 * @param directory where data is kept; empty for a temporary one that {@link LocalRedis#close()} deletes (the default)
 * @param appendOnly whether writes go to an append-only file; without it a killed server comes back empty. Default: no
 * @param appendFsync default: {@link AppendFsync#EVERYSEC}; means nothing without {@code appendOnly}
 * @param extraConfig further lines of {@code redis.conf}, put last so that they win, e.g. {@code maxmemory 32mb}
 */
public record LocalRedisOptions(
        int port, Optional<Path> directory, boolean appendOnly, AppendFsync appendFsync, List<String> extraConfig) {
    public LocalRedisOptions {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
        }
        extraConfig = List.copyOf(extraConfig);
    }

    /** A free port, a temporary directory, nothing kept: what most tests want. */
    public static LocalRedisOptions inMemory() {
        return new LocalRedisOptions(0, Optional.empty(), false, AppendFsync.EVERYSEC, List.of());
    }

    /** A free port, a temporary directory, and every acknowledged write survives {@link LocalRedis#kill()}. */
    public static LocalRedisOptions durable() {
        return inMemory().appending(AppendFsync.ALWAYS);
    }

    public LocalRedisOptions onPort(int newPort) {
        return new LocalRedisOptions(newPort, directory, appendOnly, appendFsync, extraConfig);
    }

    public LocalRedisOptions in(Path newDirectory) {
        return new LocalRedisOptions(port, Optional.of(newDirectory), appendOnly, appendFsync, extraConfig);
    }

    /** Turns the append-only file on. */
    public LocalRedisOptions appending(AppendFsync fsync) {
        return new LocalRedisOptions(port, directory, true, fsync, extraConfig);
    }

    /** Adds one line of {@code redis.conf}. */
    public LocalRedisOptions with(String configLine) {
        List<String> lines = new ArrayList<>(extraConfig);
        lines.add(configLine);
        return new LocalRedisOptions(port, directory, appendOnly, appendFsync, lines);
    }

    String toConfig(int actualPort, Path actualDirectory) {
        List<String> lines = new ArrayList<>();
        lines.add("bind 127.0.0.1");
        lines.add("port " + actualPort);
        lines.add("dir \"" + actualDirectory.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        lines.add("save \"\"");
        lines.add("appendonly " + (appendOnly ? "yes" : "no"));
        lines.add("appendfsync " + appendFsync.configValue());
        lines.add("maxmemory-policy noeviction");
        lines.addAll(extraConfig);
        return String.join("\n", lines) + "\n";
    }
}
