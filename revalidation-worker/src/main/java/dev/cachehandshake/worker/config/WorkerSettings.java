package dev.cachehandshake.worker.config;

import dev.cachehandshake.protocol.boot.DurationText;
import dev.cachehandshake.protocol.boot.SettingsException;
import java.time.Duration;
import java.util.List;
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

    private static final String PREVIEW = "preview";

    /** None but the first changes anything. */
    public static final List<String> KNOWN_ENVIRONMENTS =
            List.of(PREVIEW, "production", "staging", "development", "test");

    public WorkerSettings {
        if (stopGrace.isNegative()) {
            throw new SettingsException(
                    "handshake.stop-grace is " + DurationText.of(stopGrace) + ": it is 0s at least");
        }
        if (callbackLimit.toBytes() < 1024 || callbackLimit.toMegabytes() > 64) {
            throw new SettingsException("handshake.callback-limit is " + callbackLimit + ": it is 1KB to 64MB");
        }
    }

    public boolean dryRun() {
        return mode == Mode.DRY_RUN || isPreview();
    }

    /** For the log: whether sites are called, and why not. */
    public String modeInWords() {
        if (!dryRun()) {
            return "live: sites are called";
        }
        return "dry run (" + (isPreview() ? "APP_ENV=" + PREVIEW : "handshake.mode=dry-run") + "): no site is called";
    }

    /** Whether the environment's name is one that people use; a misspelt preview would go live. */
    public boolean knowsAppEnv() {
        return appEnv.isEmpty() || KNOWN_ENVIRONMENTS.contains(appEnv);
    }

    private boolean isPreview() {
        return PREVIEW.equals(appEnv);
    }
}
