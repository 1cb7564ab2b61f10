package dev.cachehandshake.worker.config;

import dev.cachehandshake.protocol.boot.DurationText;
import dev.cachehandshake.protocol.boot.SettingsException;
import dev.cachehandshake.protocol.token.SigningKey;
import dev.cachehandshake.protocol.token.TokenSigner;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What calls and callbacks are signed with.
 *
 * @param revalidation signs calls; the environment's REVALIDATION_SECRET, 32 bytes at least
 * @param callback verifies callbacks; the environment's CALLBACK_SECRET, 32 bytes at least
 * @param keyId the {@code kid} of our tokens; default {@code 1}
 * @param tokenLife of a call's token; default 60 s, at most 5 min
 */
@ConfigurationProperties("handshake.secret")
public record SecretSettings(
        @DefaultValue("") String revalidation,
        @DefaultValue("") String callback,
        @DefaultValue("1") String keyId,
        @DefaultValue("60s") Duration tokenLife) {
    public SecretSettings {
        check("REVALIDATION_SECRET", revalidation);
        check("CALLBACK_SECRET", callback);
        if (tokenLife.toMillis() < 1000 || tokenLife.compareTo(TokenSigner.MAX_LIFE) > 0) {
            throw new SettingsException(
                    "handshake.secret.token-life is " + DurationText.of(tokenLife) + ": it is 1s to 5m");
        }
    }

    public SigningKey callKey() {
        return SigningKey.of(keyId, revalidation);
    }

    public SigningKey callbackKey() {
        return SigningKey.of(keyId, callback);
    }

    /** Tells nothing of the secrets. */
    @Override
    public String toString() {
        return "SecretSettings[keyId=" + keyId + ", tokenLife=" + tokenLife + "]";
    }

    private static void check(String name, String secret) {
        try {
            SigningKey.of("check", secret);
        } catch (IllegalArgumentException bad) {
            throw new SettingsException(name
                    + (secret.isEmpty() ? " is not set" : " " + bad.getMessage())
                    + (secret.isEmpty() ? ": make one with `openssl rand -hex 32` and give the site the same" : ""));
        }
    }
}
