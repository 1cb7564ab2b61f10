package dev.cachehandshake.endtoend;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads pages one after the other for as long as it is there, and counts what it gets. */
final class Visitor implements AutoCloseable {
    private final AtomicInteger visits = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final Thread reader;
    private volatile boolean leaving;

    private Visitor(RealSite site, List<String> paths) {
        reader = Thread.ofVirtual().name("visitor").start(() -> {
            while (!leaving) {
                paths.forEach(path -> visit(site, path));
            }
        });
    }

    static Visitor of(RealSite site, List<String> paths) {
        return new Visitor(site, paths);
    }

    int visits() {
        return visits.get();
    }

    /** Visits that got a 500 or more, or no answer. */
    int failures() {
        return failures.get();
    }

    @Override
    public void close() {
        leaving = true;
        try {
            reader.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void visit(RealSite site, String path) {
        try {
            int status = site.page(path).statusCode();
            visits.incrementAndGet();
            if (status >= 500) {
                failures.incrementAndGet();
            }
        } catch (IOException noAnswer) {
            failures.incrementAndGet();
        } catch (InterruptedException stopped) {
            leaving = true;
        }
    }
}
