package dev.cachehandshake.publisher.security;

import dev.cachehandshake.protocol.boot.BearerToken;
import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/** Lets a request on when it brings the API key; else answers 401, with nothing of its body read. */
final class ApiKeyFilter extends OncePerRequestFilter {
    private final String apiKey;
    private final HandlerExceptionResolver problems;

    ApiKeyFilter(String apiKey, HandlerExceptionResolver problems) {
        this.apiKey = apiKey;
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<String> given = BearerToken.of(request);
        if (given.filter(key -> BearerToken.matches(key, apiKey)).isPresent()) {
            chain.doFilter(request, response);
            return;
        }
        String detail = given.isPresent()
                ? "The API key is not the one this service was started with (HANDSHAKE_API_KEY)"
                : "Send the API key as \"Authorization: Bearer <key>\"";
        problems.resolveException(request, response, null, ProblemException.of(ProblemCode.UNAUTHORIZED, detail));
    }
}
