package dev.cachehandshake.worker.config;

import dev.cachehandshake.protocol.boot.SettingsException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What concerns the worker as a whole.
 *
 * @param mode {@code live} (default) or {@code dry-run}: everything runs but the call, whose payload is logged
 * @param appEnv the environment's APP_ENV; {@code preview} means a dry run
 * @param stopGrace how long a stop waits for calls under way before it hands their handshakes back; default 20 s
 * @param callbackLimit the largest callback; default 4 MB, from 1 KB
 */
@ConfigurationProperties("handshake")
public record WorkerSettings(
        @DefaultValue("live") Mode mode,
        @DefaultValue("") String appEnv,
        @DefaultValue("20s") Duration stopGrace,
        @DefaultValue("4MB") DataSize callbackLimit) {
    /** Whether sites are really called. */
    public enum Mode {
        LIVE,
        DRY_RUN
    }

    public WorkerSettings {
        if (stopGrace.isNegative()) {
            throw new SettingsException("handshake.stop-grace is " + stopGrace + ": it is 0s at least");
        }
        if (callbackLimit.toBytes() < 1024 || callbackLimit.toMegabytes() > 64) {
            throw new SettingsException("handshake.callback-limit is " + callbackLimit + ": it is 1KB to 64MB");
        }
    }

    public boolean dryRun() {
        return mode == Mode.DRY_RUN || "preview".equals(appEnv);
    }
}
