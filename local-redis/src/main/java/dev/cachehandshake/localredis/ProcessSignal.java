package dev.cachehandshake.localredis;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Signals that Java cannot send by itself. */
public enum ProcessSignal {
    /** SIGSTOP: the process stands still and keeps everything, its connections included. */
    STOP,
    /** SIGCONT: it goes on as if nothing had happened. */
    CONT;

    /** @throws UncheckedIOException when there is no such process, or the system has no {@code kill} */
    public void send(long pid) {
        try {
            int code = new ProcessBuilder("kill", "-" + name(), Long.toString(pid))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IOException("kill -" + name() + " " + pid + " ended with " + code);
            }
        } catch (IOException noKill) {
            throw new UncheckedIOException("cannot send SIG" + name() + ": " + noKill.getMessage(), noKill);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
