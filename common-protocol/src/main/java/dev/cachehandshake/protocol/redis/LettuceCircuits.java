package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.store.Circuit;
import dev.cachehandshake.protocol.store.CircuitChange;
import dev.cachehandshake.protocol.store.CircuitState;
import dev.cachehandshake.protocol.store.CircuitStore;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The breakers on one shared Lettuce connection: each step is one script, one round trip. Thread-safe. */
public final class LettuceCircuits implements CircuitStore {
    /** As a value of the key of what is open; any other stands for failures. */
    private static final String FORCED = "forced";

    private static final int LONGEST_REASON = 500;
    private static final String NONE = "0";

    private final ScriptRunner scripts;

    /** @param outages that of the whole service */
    public LettuceCircuits(
            StatefulRedisConnection<String, String> connection,
            RefereeTime time,
            Retention retention,
            OutageLog outages) {
        this.scripts = new ScriptRunner(connection, time, retention, outages, Script::source);
    }

    @Override
    public CircuitChange failed(Circuit circuit, String error, int most, Duration openFor) {
        return step("failed", circuit, Integer.toString(most), millis(openFor), error);
    }

    @Override
    public CircuitChange ok(Circuit circuit) {
        return step("ok", circuit, NONE, "", "");
    }

    @Override
    public CircuitChange forceOpen(Circuit circuit, Optional<Duration> openFor, Optional<String> reason) {
        return step(
                "force_open",
                circuit,
                NONE,
                openFor.map(LettuceCircuits::millis).orElse(""),
                reason.orElse(""));
    }

    @Override
    public CircuitChange forceClosed(Circuit circuit) {
        return step("force_closed", circuit, NONE, "", "");
    }

    @Override
    public CircuitState read(Circuit circuit) {
        return step("read", circuit, NONE, "", "").now();
    }

    private CircuitChange step(String what, Circuit circuit, String most, String openForMs, String reason) {
        String name = RedisKeys.circuit(circuit.site(), circuit.target());
        Answer answer = Answer.of(scripts.run(
                Script.CIRCUIT,
                List.of(
                        what,
                        RedisKeys.circuitOpen(name),
                        RedisKeys.circuitFailures(name),
                        RedisKeys.circuitProbe(name),
                        RedisKeys.circuitReason(name),
                        most,
                        openForMs,
                        shorten(reason))));
        CircuitState now = state(
                answer.text(1),
                answer.count(2),
                answer.optional(3).map(Long::parseLong).map(Duration::ofMillis),
                answer.optional(4),
                false);
        return new CircuitChange(answer.number(0) == 1, now);
    }

    /**
     * As the keys say it.
     *
     * @param open the value of the key of what is open; the empty text when there is none
     */
    static CircuitState state(
            String open, int failures, Optional<Duration> left, Optional<String> reason, boolean probe) {
        return switch (open) {
            case "" -> new CircuitState.Closed(failures);
            case FORCED -> new CircuitState.Forced(failures, left, reason);
            default -> new CircuitState.Open(failures, left, reason, probe);
        };
    }

    private static String millis(Duration duration) {
        return Long.toString(Math.max(1, duration.toMillis()));
    }

    /** Never between the halves of one character. */
    private static String shorten(String text) {
        return text.codePointCount(0, text.length()) <= LONGEST_REASON
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST_REASON));
    }
}
