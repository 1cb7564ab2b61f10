package dev.cachehandshake.worker.probe;

import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.deliver.SlashMove;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads pages of a target as a visitor would. Thread-safe. */
public final class PageLook implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PageLook.class);
    /** A page that is taken apart needs several times its size in memory, and the whole worker has 128 MiB. */
    private static final int AT_ONCE = 4;

    private static final Duration LONGEST_READ = Duration.ofSeconds(30);
    private static final int PAGE_LIMIT = 2 * 1024 * 1024;
    private static final TimeValue IDLE_AT_MOST = TimeValue.ofSeconds(3);

    private final CloseableHttpClient http;

    public PageLook(TargetSettings target) {
        this.http = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnPerRoute(AT_ONCE)
                        .setMaxConnTotal(AT_ONCE)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.of(target.connectTimeout()))
                                .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(Timeout.of(LONGEST_READ))
                        .build())
                .evictIdleConnections(IDLE_AT_MOST)
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .setUserAgent("cache-handshake")
                .build();
    }

    /** A page that was read to its end. */
    record Page(int status, ContentMarkers markers) {}

    /**
     * Reads four at a time, over all that look at this moment.
     *
     * @param paths decoded, as a job touches them
     * @return what could be read within that time
     */
    Map<String, Page> look(URI origin, Collection<String> paths, Duration within) {
        List<String> inOrder = List.copyOf(paths);
        List<Callable<Optional<Page>>> looks = inOrder.stream()
                .<Callable<Optional<Page>>>map(path -> () -> read(origin, path))
                .toList();
        Map<String, Page> pages = new HashMap<>();
        // Those that are not done in time are interrupted, which closes the socket that a virtual thread reads from.
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<Page>>> read = readers.invokeAll(looks, within.toMillis(), TimeUnit.MILLISECONDS);
            for (int i = 0; i < inOrder.size(); i++) {
                String path = inOrder.get(i);
                pageOf(read.get(i)).ifPresent(page -> pages.put(path, page));
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        return pages;
    }

    private static Optional<Page> pageOf(Future<Optional<Page>> read) throws InterruptedException {
        try {
            return read.isCancelled() ? Optional.empty() : read.get();
        } catch (ExecutionException unforeseen) {
            log.warn("a page could not be read", unforeseen.getCause());
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        http.close();
    }

    private Optional<Page> read(URI origin, String path) {
        try {
            URI url = urlOf(origin, path);
            return Optional.of(get(url, true));
        } catch (IOException | URISyntaxException unread) {
            log.debug("{} was not read: {}", path, unread.getMessage());
            return Optional.empty();
        }
    }

    private Page get(URI url, boolean followSlash) throws IOException {
        HttpGet request = new HttpGet(url);
        request.setHeader(HttpHeaders.ACCEPT, "text/html");
        // Tells the site's middleware and analytics that this is no visitor.
        request.setHeader("x-cache-handshake", "verify");
        record Answer(Optional<URI> moved, Page page) {}
        Answer answer = http.execute(request, response -> {
            Optional<URI> moved = followSlash ? SlashMove.of(url, response) : Optional.empty();
            return new Answer(moved, moved.isPresent() ? null : page(response));
        });
        return answer.moved().isPresent() ? get(answer.moved().get(), false) : answer.page();
    }

    private static Page page(ClassicHttpResponse response) throws IOException {
        byte[] body = response.getEntity() == null
                ? new byte[0]
                : response.getEntity().getContent().readNBytes(PAGE_LIMIT + 1);
        if (body.length > PAGE_LIMIT) {
            // What is not read to its end may show an old version there.
            throw new IOException("it has more than " + PAGE_LIMIT + " bytes");
        }
        return new Page(response.getCode(), ContentMarkers.in(new String(body, StandardCharsets.UTF_8)));
    }

    /** A touched path includes the {@code basePath}, so it is one of the origin. */
    private static URI urlOf(URI site, String path) throws URISyntaxException {
        URI url = new URI(site.getScheme(), null, site.getHost(), site.getPort(), path, null, null);
        return URI.create(url.toASCIIString());
    }
}
