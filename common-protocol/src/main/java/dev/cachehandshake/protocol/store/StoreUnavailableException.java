package dev.cachehandshake.protocol.store;

/** The referee did not answer: away, failing over, or out of memory. The step asked for may have happened all the same. */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
