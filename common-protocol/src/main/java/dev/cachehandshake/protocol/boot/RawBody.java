package dev.cachehandshake.protocol.boot;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.util.unit.DataSize;

/** Reads a request's body as it came over the wire, up to a bound; signatures and digests are over these bytes. */
public final class RawBody {
    private RawBody() {}

    /**
     * At most one byte more than the bound is read.
     *
     * @throws ProblemException {@link ProblemCode#BODY_TOO_LARGE} past the bound, {@link ProblemCode#MALFORMED_JSON} when the
     *     body broke off
     */
    public static byte[] read(HttpServletRequest request, DataSize bound) {
        int limit = Math.toIntExact(bound.toBytes());
        byte[] body;
        try {
            body = request.getInputStream().readNBytes(limit + 1);
        } catch (IOException brokenOff) {
            throw ProblemException.of(
                    ProblemCode.MALFORMED_JSON, "The body broke off before its end: send it again", brokenOff);
        }
        if (body.length > limit || request.getContentLengthLong() > limit) {
            throw ProblemException.of(
                            ProblemCode.BODY_TOO_LARGE,
                            "The body has more than " + bound.toKilobytes() + " KiB: send less in one request")
                    .with("limit_bytes", limit);
        }
        return body;
    }
}
