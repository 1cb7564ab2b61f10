package dev.cachehandshake.protocol.token;

import io.jsonwebtoken.security.Keys;
import java.nio.charset.StandardCharsets;
import javax.crypto.SecretKey;

/**
 * A shared secret for HS256.
 *
 * @param id the {@code kid} in the token's header
 */
public record SigningKey(String id, SecretKey key) {
    public static final int MIN_BYTES = 32;

    /** @throws IllegalArgumentException when the secret has fewer than {@link #MIN_BYTES} bytes (RFC 7518, 3.2) */
    public static SigningKey of(String id, String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < MIN_BYTES) {
            throw new IllegalArgumentException(
                    "has " + bytes.length + " bytes and needs " + MIN_BYTES + ": make one with `openssl rand -hex 32`");
        }
        return new SigningKey(id, Keys.hmacShaKeyFor(bytes));
    }

    @Override
    public String toString() {
        return "SigningKey[" + id + "]";
    }
}
