package dev.cachehandshake.protocol.store;

/** The referee did not do what was asked: away, failing over, or out of memory. The step may have happened all the same. */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean refused;

    private StoreUnavailableException(String message, boolean refused, Throwable cause) {
        super(message, cause);
        this.refused = refused;
    }

    /** No answer came. */
    public static StoreUnavailableException away(String message, Throwable cause) {
        return new StoreUnavailableException(message, false, cause);
    }

    /** The server said no: it is read-only, out of memory, too old, or does not let this user in. */
    public static StoreUnavailableException refused(String message, Throwable cause) {
        return new StoreUnavailableException(message, true, cause);
    }

    /** Whether the server is there and said no, which does not pass by itself as an outage does. */
    public boolean isRefused() {
        return refused;
    }
}
