package dev.cachehandshake.protocol.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Runs scripts by their digest, and by their text where the server does not know them (yet, or again). Thread-safe. */
final class ScriptRunner {
    private final RedisCommands<String, String> redis;
    private final RefereeTime time;
    private final Retention retention;
    private final OutageLog outages;
    private final Map<Script, String> sources = new EnumMap<>(Script.class);
    private final Map<Script, String> digests = new EnumMap<>(Script.class);
    private final String[] keys = RedisKeys.forScripts();

    ScriptRunner(StatefulRedisConnection<String, String> connection, RefereeTime time, Retention retention) {
        this(connection, time, retention, new OutageLog(), Script::source);
    }

    /** @param source what a script is: its own text, but in tests of what a defect in it would do */
    ScriptRunner(
            StatefulRedisConnection<String, String> connection,
            RefereeTime time,
            Retention retention,
            OutageLog outages,
            Function<Script, String> source) {
        this.redis = connection.sync();
        this.time = time;
        this.retention = retention;
        this.outages = outages;
        for (Script script : Script.values()) {
            sources.put(script, source.apply(script));
            digests.put(script, redis.digest(sources.get(script)));
        }
    }

    /** @throws dev.cachehandshake.protocol.store.StoreUnavailableException when no answer came, or the server refused to run the script */
    List<Object> run(Script script, List<String> own) {
        String[] arguments = withCommon(own);
        return Unavailable.unless(script.fileName(), outages, () -> {
            try {
                return redis.evalsha(digests.get(script), ScriptOutputType.MULTI, keys, arguments);
            } catch (RedisNoScriptException unknown) {
                return redis.eval(sources.get(script), ScriptOutputType.MULTI, keys, arguments);
            }
        });
    }

    private String[] withCommon(List<String> own) {
        List<String> arguments = new ArrayList<>(own.size() + 7);
        arguments.add(time.millisOrEmpty());
        arguments.add(RedisKeys.statusPattern());
        arguments.add(RedisKeys.markerPattern());
        arguments.add(Long.toString(retention.completed().toSeconds()));
        arguments.add(Long.toString(retention.failed().toSeconds()));
        arguments.add(RedisKeys.ENDINGS);
        arguments.add(RedisKeys.entryPattern());
        arguments.addAll(own);
        return arguments.toArray(String[]::new);
    }
}
