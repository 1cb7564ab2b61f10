package dev.cachehandshake.protocol.boot;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.ProblemDetail;

/** Ends a request with a problem answer. Make one with {@link #of}, add what helps the caller, and throw it. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final transient Map<String, Object> properties = new LinkedHashMap<>();
    private Duration retryAfter;

    private ProblemException(ProblemCode code, String detail, Throwable cause) {
        super(detail, cause);
        this.code = code;
    }

    /** @param detail what is wrong with this very request, and the way out */
    public static ProblemException of(ProblemCode code, String detail) {
        return new ProblemException(code, detail, null);
    }

    public static ProblemException of(ProblemCode code, String detail, Throwable cause) {
        return new ProblemException(code, detail, cause);
    }

    public ProblemException with(String property, Object value) {
        properties.put(property, value);
        return this;
    }

    public ProblemException retryAfter(Duration delay) {
        this.retryAfter = delay;
        return this;
    }

    public ProblemCode code() {
        return code;
    }

    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    public ProblemDetail toProblemDetail() {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(code.status(), getMessage());
        problem.setType(URI.create("urn:handshake:problem:" + code.code()));
        problem.setTitle(code.title());
        properties.forEach(problem::setProperty);
        return problem;
    }
}
