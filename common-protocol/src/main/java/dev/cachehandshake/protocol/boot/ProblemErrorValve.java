package dev.cachehandshake.protocol.boot;

import java.io.IOException;
import java.io.Writer;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * Answers in problem+json what Tomcat itself refuses, before any of our code sees it (a broken request line, say), where
 * Tomcat would send a page of HTML.
 */
public final class ProblemErrorValve extends ErrorReportValve {
    @Override
    protected void report(Request request, Response response, Throwable failure) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        HttpStatus known = HttpStatus.resolve(status);
        String problem = "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d}"
                .formatted(known == null ? "HTTP " + status : known.getReasonPhrase(), status);
        try {
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.setCharacterEncoding("UTF-8");
            Writer body = response.getReporter();
            if (body != null) {
                body.write(problem);
                response.finishResponse();
            }
        } catch (IOException | IllegalStateException callerHasGone) {
            container.getLogger().debug("An error could not be answered", callerHasGone);
        }
    }
}
