package dev.cachehandshake.localstack;

/** The local stack cannot go on. The message is one line for a person: what is wrong, and the way out. */
public final class LocalStackException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LocalStackException(String message) {
        super(message);
    }

    public LocalStackException(String message, Throwable cause) {
        super(message, cause);
    }
}
