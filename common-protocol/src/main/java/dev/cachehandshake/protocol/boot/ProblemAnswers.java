package dev.cachehandshake.protocol.boot;

import dev.cachehandshake.protocol.store.StoreUnavailableException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Turns whatever ends a request into an RFC 9457 answer. */
@RestControllerAdvice
public class ProblemAnswers {
    private static final Logger log = LoggerFactory.getLogger(ProblemAnswers.class);
    private static final Duration AWAY_FOR = Duration.ofSeconds(2);

    @ExceptionHandler
    ResponseEntity<ProblemDetail> problem(ProblemException problem) {
        return answer(problem);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> storeAway(StoreUnavailableException away, HttpServletRequest request) {
        // Who only asks has nothing that may have been done.
        boolean asks = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        String unknown = asks ? "" : ", so it is not known whether this was done";
        return answer(ProblemException.of(
                        ProblemCode.STORE_UNAVAILABLE,
                        "Redis did not answer" + unknown + ": send the same request again")
                .retryAfter(AWAY_FOR));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> noSuchAddress(NoResourceFoundException missing) {
        return answer(ProblemException.of(ProblemCode.NOT_FOUND, "There is nothing at /" + missing.getResourcePath()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> wrongMethod(HttpRequestMethodNotSupportedException wrong) {
        ResponseEntity<ProblemDetail> answer = answer(ProblemException.of(
                ProblemCode.METHOD_NOT_ALLOWED,
                wrong.getMethod() + " is not taken here; these are: " + wrong.getSupportedHttpMethods()));
        return ResponseEntity.status(answer.getStatusCode())
                .headers(answer.getHeaders())
                .headers(wrong.getHeaders())
                .body(answer.getBody());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> wrongMediaType(HttpMediaTypeNotSupportedException wrong) {
        return answer(ProblemException.of(
                ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                "Send the body with Content-Type: application/json, not " + wrong.getContentType()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> anythingElse(Exception unexpected) {
        if (unexpected instanceof ErrorResponse known) {
            return ResponseEntity.status(known.getStatusCode())
                    .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                    .body(known.getBody());
        }
        log.error("A request ended in an error that nobody foresaw", unexpected);
        return answer(ProblemException.of(ProblemCode.INTERNAL, "It is in the service's log, and worth a report"));
    }

    private static ResponseEntity<ProblemDetail> answer(ProblemException problem) {
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.status(problem.code().status()).contentType(MediaType.APPLICATION_PROBLEM_JSON);
        problem.retryAfter()
                .ifPresent(delay -> answer.header(HttpHeaders.RETRY_AFTER, Long.toString(delay.toSeconds())));
        if (problem.code() == ProblemCode.UNAUTHORIZED) {
            answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return answer.body(problem.toProblemDetail());
    }
}
