package dev.cachehandshake.protocol.boot;

import java.util.Locale;
import org.springframework.http.HttpStatus;

/** Every problem the services answer with (RFC 9457); listed in docs/protocol.md. The type is {@code urn:handshake:problem:{code}}. */
public enum ProblemCode {
    MALFORMED_JSON(HttpStatus.BAD_REQUEST, "The body is not the JSON it should be"),
    UNKNOWN_FIELD(HttpStatus.BAD_REQUEST, "The body has a field that nobody knows"),
    INVALID_FIELD(HttpStatus.BAD_REQUEST, "A field has a value that cannot be taken"),
    INVALID_PARAMETER(HttpStatus.BAD_REQUEST, "A query parameter cannot be taken"),
    UNAUTHORIZED(HttpStatus.UNAUTHORIZED, "The request does not show who sends it"),
    NOT_FOUND(HttpStatus.NOT_FOUND, "There is nothing here"),
    UNKNOWN_HANDSHAKE(HttpStatus.NOT_FOUND, "Nobody knows this handshake"),
    UNKNOWN_SITE(HttpStatus.NOT_FOUND, "There is no such site"),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "This address does not take that method"),
    ID_TAKEN(HttpStatus.CONFLICT, "The revalidation_id stands for other content"),
    NOT_ENDED(HttpStatus.CONFLICT, "The handshake has not ended yet"),
    NOT_REPLAYABLE(HttpStatus.CONFLICT, "There is nothing left of this handshake to replay"),
    NOT_DELIVERED(HttpStatus.CONFLICT, "The handshake has not been delivered yet"),
    PROOF_REQUIRED(HttpStatus.CONFLICT, "This handshake is completed by proof only"),
    TARGET_REQUIRED(HttpStatus.CONFLICT, "The callback does not say which target it speaks for"),
    BODY_TOO_LARGE(HttpStatus.PAYLOAD_TOO_LARGE, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The body is not sent as JSON"),
    QUEUE_FULL(HttpStatus.TOO_MANY_REQUESTS, "Too many handshakes wait"),
    INTERNAL(HttpStatus.INTERNAL_SERVER_ERROR, "Something broke here"),
    STORE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "Redis is away");

    private final HttpStatus status;
    private final String title;

    ProblemCode(HttpStatus status, String title) {
        this.status = status;
        this.title = title;
    }

    public HttpStatus status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** As in the type: lower case with dashes. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
