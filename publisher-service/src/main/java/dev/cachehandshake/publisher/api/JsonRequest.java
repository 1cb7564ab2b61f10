package dev.cachehandshake.publisher.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import dev.cachehandshake.protocol.boot.RawBody;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.protocol.wire.MalformedWireException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.unit.DataSize;

/** Takes the JSON object out of a request: media type first, then size, then form. */
final class JsonRequest {
    private static final MediaType ANY_JSON = new MediaType("application", "*+json");

    private JsonRequest() {}

    /**
     * @throws ProblemException {@link ProblemCode#UNSUPPORTED_MEDIA_TYPE} when a media type is named and is not JSON, {@link
     *     ProblemCode#BODY_TOO_LARGE} past the bound, {@link ProblemCode#MALFORMED_JSON} when the body breaks off or is not one JSON object
     */
    static ObjectNode read(HttpServletRequest request, DataSize bound) {
        requireJson(request);
        return object(RawBody.read(request, bound));
    }

    /**
     * The same where a body need not be there: of an empty one the media type does not matter.
     *
     * @throws ProblemException as {@link #read} does, but {@link ProblemCode#BODY_TOO_LARGE} before the media type
     */
    static Optional<ObjectNode> readOptional(HttpServletRequest request, DataSize bound) {
        byte[] body = RawBody.read(request, bound);
        if (body.length == 0) {
            return Optional.empty();
        }
        requireJson(request);
        return Optional.of(object(body));
    }

    private static void requireJson(HttpServletRequest request) {
        if (!isJson(request.getContentType())) {
            throw ProblemException.of(
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                    "Send the body with Content-Type: application/json, not " + request.getContentType());
        }
    }

    private static ObjectNode object(byte[] body) {
        try {
            return Json.object(body);
        } catch (MalformedWireException malformed) {
            throw ProblemException.of(
                    ProblemCode.MALFORMED_JSON,
                    "The body " + malformed.getMessage() + ": send one JSON object in UTF-8",
                    malformed);
        }
    }

    private static boolean isJson(String contentType) {
        if (contentType == null) {
            return true;
        }
        try {
            MediaType sent = MediaType.parseMediaType(contentType);
            return MediaType.APPLICATION_JSON.includes(sent) || ANY_JSON.includes(sent);
        } catch (InvalidMediaTypeException notMediaType) {
            return false;
        }
    }
}
