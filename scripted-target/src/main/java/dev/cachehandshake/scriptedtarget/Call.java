package dev.cachehandshake.scriptedtarget;

import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.wire.Json;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One genuine call of the worker, as it arrived. Immutable. */
public final class Call {
    private final long number;
    private final long arrivedAtNanos;
    private final Optional<String> batchId;
    private final List<Wanted> wanted;
    private final Map<String, List<String>> headers;
    private final byte[] body;

    Call(
            long number,
            long arrivedAtNanos,
            Optional<String> batchId,
            List<Wanted> wanted,
            Map<String, List<String>> headers,
            byte[] body) {
        this.number = number;
        this.arrivedAtNanos = arrivedAtNanos;
        this.batchId = batchId;
        this.wanted = List.copyOf(wanted);
        this.headers = Map.copyOf(headers);
        this.body = body.clone();
    }

    Call numbered(long newNumber) {
        return new Call(newNumber, arrivedAtNanos, batchId, wanted, headers, body);
    }

    /** From 1, in the order of arrival. */
    public long number() {
        return number;
    }

    /** {@link System#nanoTime()} when the head of the request had arrived. */
    public long arrivedAtNanos() {
        return arrivedAtNanos;
    }

    /** Empty for a call of the single protocol. */
    public Optional<String> batchId() {
        return batchId;
    }

    /** By what name the worker called; empty for a call of the single protocol. */
    public Optional<String> target() {
        return batchId.flatMap(
                batch -> Optional.ofNullable(Json.object(body).path("target").textValue()));
    }

    public List<Wanted> wanted() {
        return wanted;
    }

    public List<RevalidationId> ids() {
        return wanted.stream().map(Wanted::id).toList();
    }

    /** How many handshakes it carries; 1 for a single call. */
    public int size() {
        return wanted.size();
    }

    /** By name, with the first letter as a capital and the rest small ({@code Content-type}). */
    public Map<String, List<String>> headers() {
        return headers;
    }

    /** The bytes as they came over the wire. */
    public byte[] body() {
        return body.clone();
    }

    /** The {@code kid} of the call's token, by which workers with different key ids can be told apart; empty without a token. */
    public String keyId() {
        String authorization = String.join("", headers.getOrDefault("Authorization", List.of()));
        int scheme = authorization.indexOf(' ');
        int dot = authorization.indexOf('.');
        if (scheme < 0 || dot < scheme) {
            return "";
        }
        return Json.object(Base64.getUrlDecoder().decode(authorization.substring(scheme + 1, dot)))
                .path("kid")
                .asText();
    }

    /** What the token's {@code sub} is: the batch id, or the id of the one handshake. */
    String subject() {
        return batchId.orElseGet(() -> wanted.getFirst().id().value());
    }

    @Override
    public String toString() {
        return "Call[" + number + ", " + batchId.orElse("single") + ", " + ids() + "]";
    }
}
