package dev.cachehandshake.protocol.token;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The {@code body_sha256} claim: SHA-256 over the raw body, base64url without padding. */
public final class BodyDigest {
    private BodyDigest() {}

    public static String of(byte[] body) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(body));
    }

    /** Raw SHA-256, for comparing secrets in constant time whatever their lengths. */
    public static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
