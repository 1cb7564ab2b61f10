package dev.cachehandshake.worker.callback;

import dev.cachehandshake.protocol.boot.BearerToken;
import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import dev.cachehandshake.protocol.token.TokenVerifier;
import dev.cachehandshake.protocol.wire.CallbackJson;
import dev.cachehandshake.worker.config.SecretSettings;
import dev.cachehandshake.worker.config.TargetSettings;
import java.time.Clock;
import java.util.Optional;

/** Whether a call comes from the site. Thread-safe. */
public final class CallbackVerification {
    private static final String AUDIENCE = "cache-handshake";

    private final TokenVerifier verifier;
    private final Optional<String> sharedSecret;

    public CallbackVerification(TargetSettings target, SecretSettings secrets, Clock clock) {
        this.verifier = new TokenVerifier(secrets.callbackKey(), target.site(), AUDIENCE, clock);
        this.sharedSecret = target.callbackAuth() == TargetSettings.CallbackAuth.SHARED_SECRET
                ? Optional.of(secrets.callback())
                : Optional.empty();
    }

    /** Who sent it, before the body is understood. */
    public sealed interface Sender {}

    /** The plain secret: vouches for nothing but that the sender knows it. */
    record KnowsSecret() implements Sender {}

    record HasToken(TokenVerifier.Genuine token) implements Sender {}

    /**
     * Before the body is read.
     *
     * @throws ProblemException {@link ProblemCode#UNAUTHORIZED}
     */
    public Sender senderOf(Optional<String> bearer) {
        String token = bearer.orElseThrow(() -> unauthorized("the Authorization header has no Bearer token"));
        if (sharedSecret.filter(secret -> BearerToken.matches(token, secret)).isPresent()) {
            return new KnowsSecret();
        }
        return switch (verifier.verify(token)) {
            case TokenVerifier.Genuine genuine -> new HasToken(genuine);
            case TokenVerifier.Refused refused -> throw unauthorized(refused.reason());
        };
    }

    /** @throws ProblemException {@link ProblemCode#UNAUTHORIZED} when the token was signed for another body */
    void requireToVouchFor(Sender sender, byte[] body) {
        if (sender instanceof HasToken(TokenVerifier.Genuine token)
                && token.over(body) instanceof TokenVerifier.Refused refused) {
            throw unauthorized(refused.reason());
        }
    }

    /**
     * A token that names a handshake or batch is good for that one only; a batch needs a token over its very body.
     *
     * @throws ProblemException {@link ProblemCode#UNAUTHORIZED}
     */
    void requireToSpeakFor(Sender sender, CallbackJson.Callback callback) {
        if (!(sender instanceof HasToken(TokenVerifier.Genuine token))) {
            return;
        }
        String subject = switch (callback) {
            case CallbackJson.Single single -> single.id().value();
            case CallbackJson.Batch batch -> batch.batchId();
        };
        if (token.subject().filter(named -> !named.equals(subject)).isPresent()) {
            throw unauthorized("the token was signed for another handshake or batch (sub)");
        }
        if (callback instanceof CallbackJson.Batch && token.bodyDigest().isEmpty()) {
            throw unauthorized("the token of a batch callback needs the claim body_sha256");
        }
    }

    /** @throws ProblemException {@link ProblemCode#UNAUTHORIZED} unless the token was signed over this very body */
    public void requireSignedBody(Sender sender, byte[] body) {
        if (!(sender instanceof HasToken(TokenVerifier.Genuine token))
                || token.bodyDigest().isEmpty()) {
            throw unauthorized("it needs a token with the claim body_sha256");
        }
        requireToVouchFor(sender, body);
    }

    private static ProblemException unauthorized(String reason) {
        return ProblemException.of(
                ProblemCode.UNAUTHORIZED,
                "The call is not accepted: " + reason + ". Sign it with CALLBACK_SECRET, iss = the site, aud = "
                        + AUDIENCE);
    }
}
