package dev.cachehandshake.localredis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Reads a child's output, so that it never blocks on a full pipe, and keeps its last lines. Thread-safe. */
public final class LogTail {
    private final int capacity;
    private final Consumer<String> onLine;
    private final Deque<String> lines = new ArrayDeque<>();

    /**
     * @param capacity how many lines are kept
     * @param onLine gets every line as it comes, in the reading thread
     */
    public LogTail(int capacity, Consumer<String> onLine) {
        this.capacity = capacity;
        this.onLine = onLine;
    }

    /**
     * Reads in a thread of its own until the stream ends. A platform thread: reading a pipe holds a virtual thread's carrier,
     * and a few silent children would stop every virtual thread of the JVM.
     */
    public Thread follow(InputStream output) {
        return Thread.ofPlatform().daemon().name("log-tail").start(() -> readAll(output));
    }

    /** @return the lines kept, the oldest first */
    public List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** @return up to {@code count} lines, the oldest first */
    public List<String> last(int count) {
        List<String> all = lines();
        return all.subList(Math.max(0, all.size() - count), all.size());
    }

    private void readAll(InputStream output) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (lines) {
                    lines.addLast(line);
                    if (lines.size() > capacity) {
                        lines.removeFirst();
                    }
                }
                onLine.accept(line);
            }
        } catch (IOException childGone) {
            // Killing a process closes its pipe under the reader; there is nothing more to read.
            return;
        }
    }
}
