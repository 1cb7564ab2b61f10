package dev.cachehandshake.scriptedtarget;

import dev.cachehandshake.protocol.token.SigningKey;
import dev.cachehandshake.protocol.token.TokenVerifier;
import java.time.Clock;
import java.util.Optional;

/** Whether a call comes from the worker, for this site, with these bytes, under this id. */
final class RequestCheck {
    private static final String SCHEME = "Bearer ";

    private final TokenVerifier verifier;

    RequestCheck(TargetSettings settings, Clock clock) {
        this.verifier = new TokenVerifier(
                SigningKey.of("revalidation", settings.revalidationSecret()),
                "cache-handshake",
                settings.site(),
                clock);
    }

    /** @return why the call is refused; empty when it is genuine */
    Optional<String> refusal(Optional<String> authorization, Call call) {
        if (authorization.isEmpty() || !authorization.get().startsWith(SCHEME)) {
            return Optional.of("there is no bearer token");
        }
        String token = authorization.get().substring(SCHEME.length());
        return switch (verifier.verify(token, call.body())) {
            case TokenVerifier.Refused refused -> Optional.of(refused.reason());
            case TokenVerifier.Genuine genuine -> {
                if (genuine.bodyDigest().isEmpty()) {
                    yield Optional.of("the token has no body_sha256");
                }
                yield genuine.subject().equals(Optional.of(call.subject()))
                        ? Optional.empty()
                        : Optional.of("the token's sub is not the id in the body");
            }
        };
    }
}
