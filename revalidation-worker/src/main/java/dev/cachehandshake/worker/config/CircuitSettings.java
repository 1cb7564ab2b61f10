package dev.cachehandshake.worker.config;

import dev.cachehandshake.protocol.boot.DurationText;
import dev.cachehandshake.protocol.boot.SettingsException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When a target is left alone for a while.
 *
 * @param failures calls in a row, of all workers, that fail before the target's breaker opens; default 11, 1 to 1,000
 * @param openFor how long it stays open unless a probe goes well before; default 5 min, 1 s to 1 d
 * @param probeEvery how often one call of all workers finds out whether the target is back; default 5 s, from 10 ms to {@code openFor}
 */
@ConfigurationProperties("handshake.circuit")
public record CircuitSettings(
        @DefaultValue("11") int failures,
        @DefaultValue("300s") Duration openFor,
        @DefaultValue("5s") Duration probeEvery) {
    private static final Duration LONGEST = Duration.ofDays(1);

    public CircuitSettings {
        if (failures < 1 || failures > 1000) {
            throw new SettingsException("handshake.circuit.failures is " + failures + ": it is 1 to 1000");
        }
        if (openFor.toMillis() < 1000 || openFor.compareTo(LONGEST) > 0) {
            throw new SettingsException(
                    "handshake.circuit.open-for is " + DurationText.of(openFor) + ": it is 1s to 24h");
        }
        if (probeEvery.toMillis() < 10 || probeEvery.compareTo(openFor) > 0) {
            throw new SettingsException("handshake.circuit.probe-every is " + DurationText.of(probeEvery)
                    + ": it is 10ms at least, and no longer than handshake.circuit.open-for ("
                    + DurationText.of(openFor) + ")");
        }
    }
}
