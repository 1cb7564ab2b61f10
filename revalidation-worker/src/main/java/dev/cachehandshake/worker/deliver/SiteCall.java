package dev.cachehandshake.worker.deliver;

import dev.cachehandshake.protocol.boot.Strategies;
import dev.cachehandshake.protocol.token.TokenSigner;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.report.WideLine;
import dev.cachehandshake.worker.roster.Target;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** One signed POST to a target, sorted by how it ended. Never throws for what the target does. Thread-safe. */
public final class SiteCall implements AutoCloseable {
    /** Node closes a connection that was idle for 5 s; one that we close before it cannot break under a call. */
    private static final TimeValue IDLE_AT_MOST = TimeValue.ofSeconds(3);

    /** To all targets together; to each it is as many as calls may be under way. */
    private static final int MOST_CONNECTIONS = 1_000;

    private static final int ANSWER_LIMIT = 4 * 1024 * 1024;

    private final TargetSettings target;
    private final TokenSigner signer;
    private final Clock clock;
    private final CloseableHttpClient http;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("call-deadlines").factory());

    /** @param strategies whose calls there may be at a time, and how long the longest may take */
    public SiteCall(TargetSettings target, Strategies strategies, TokenSigner signer, Clock clock) {
        Timeout longest = timeout(strategies.longestTimeout());
        this.target = target;
        this.signer = signer;
        this.clock = clock;
        this.http = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                        .setMaxConnPerRoute(strategies.calls())
                        .setMaxConnTotal(MOST_CONNECTIONS)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(timeout(target.connectTimeout()))
                                .setSocketTimeout(longest)
                                .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(longest)
                        .setResponseTimeout(longest)
                        .build())
                .evictIdleConnections(IDLE_AT_MOST)
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .setUserAgent("cache-handshake")
                .build();
    }

    /**
     * Signs and posts.
     *
     * @param subject the revalidation_id or batch_id
     * @param within what the whole call may take
     */
    public CallOutcome post(Target to, String subject, String json, Duration within) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        Answer answer = post(to, to.route(), subject, body, within);
        return answer.moved()
                .map(there -> post(to, there, subject, body, within).outcome())
                .orElse(answer.outcome());
    }

    private record Answer(CallOutcome outcome, Optional<URI> moved) {
        static Answer of(CallOutcome outcome) {
            return new Answer(outcome, Optional.empty());
        }
    }

    private Answer post(Target to, URI address, String subject, byte[] body, Duration within) {
        HttpPost request = new HttpPost(address);
        request.setHeader(HttpHeaders.AUTHORIZATION, "Bearer " + signer.sign(subject, target.site(), body));
        request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        // The client's own time-outs are per read: a target that answers a byte now and then would hold the call for
        // ever.
        ScheduledFuture<?> deadline = deadlines.schedule(request::cancel, within.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return http.execute(request, response -> new Answer(sort(to, response), SlashMove.of(address, response)));
        } catch (ConnectTimeoutException | ConnectException | UnknownHostException | NoRouteToHostException away) {
            return Answer.of(new CallOutcome.NotReached(to.route() + " is not reached: " + away.getMessage()));
        } catch (SSLException untrusted) {
            return Answer.of(new CallOutcome.Misconfigured(to.route() + " is not trusted: " + untrusted.getMessage()));
        } catch (SocketTimeoutException slow) {
            return Answer.of(tooSlow(within));
        } catch (IOException broken) {
            return Answer.of(
                    request.isCancelled()
                            ? tooSlow(within)
                            : new CallOutcome.Failed(
                                    "the connection broke before an answer came: " + broken.getMessage(),
                                    Optional.empty(),
                                    CallOutcome.Cause.EITHER));
        } finally {
            deadline.cancel(false);
        }
    }

    @Override
    public void close() throws IOException {
        deadlines.shutdownNow();
        http.close();
    }

    private static CallOutcome tooSlow(Duration within) {
        return new CallOutcome.Failed(
                "no answer within " + within.toMillis() + " ms", Optional.empty(), CallOutcome.Cause.EITHER);
    }

    private CallOutcome sort(Target to, ClassicHttpResponse response) throws IOException {
        int status = response.getCode();
        byte[] body = response.getEntity() == null
                ? new byte[0]
                : response.getEntity().getContent().readNBytes(ANSWER_LIMIT);
        String error = "the site answered " + status + excerpt(body);
        if (status / 100 == 2) {
            return new CallOutcome.Accepted(status, new String(body, StandardCharsets.UTF_8));
        }
        return switch (status) {
            case 401, 403, 404, 405 -> new CallOutcome.Misconfigured(error + " to POST " + to.route());
            // Said by what stands before the site, or by a site that wants to be left alone: smaller calls change
            // nothing.
            case 408, 425, 429, 502, 503 -> new CallOutcome.Failed(error, retryAfter(response), CallOutcome.Cause.SITE);
            default ->
                status / 100 == 4
                        ? new CallOutcome.Rejected(error)
                        : new CallOutcome.Failed(
                                error,
                                retryAfter(response),
                                status / 100 == 5 ? CallOutcome.Cause.CONTENT : CallOutcome.Cause.SITE);
        };
    }

    /** Seconds or an HTTP date (RFC 9110, 10.2.3); anything else is no wish. */
    private Optional<Duration> retryAfter(ClassicHttpResponse response) {
        Header header = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
        if (header == null) {
            return Optional.empty();
        }
        String value = header.getValue().strip();
        if (value.matches("[0-9]{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            Duration wait =
                    Duration.between(clock.instant(), ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME));
            return wait.isNegative() ? Optional.empty() : Optional.of(wait);
        } catch (DateTimeParseException noDate) {
            return Optional.empty();
        }
    }

    private static String excerpt(byte[] body) {
        String text = WideLine.oneLine(new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8));
        return text.isEmpty() ? "" : ": " + text;
    }

    private static Timeout timeout(Duration duration) {
        return Timeout.of(duration);
    }
}
