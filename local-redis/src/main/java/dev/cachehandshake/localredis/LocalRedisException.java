package dev.cachehandshake.localredis;

/** The server did not start. The message says why in its first line; the last lines of the server's log follow. */
public final class LocalRedisException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LocalRedisException(String message) {
        super(message);
    }

    public LocalRedisException(String message, Throwable cause) {
        super(message, cause);
    }
}
