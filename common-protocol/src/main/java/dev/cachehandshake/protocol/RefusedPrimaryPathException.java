package dev.cachehandshake.protocol;

/** The page that a handshake is proven by cannot be revalidated, so the handshake cannot be either. */
public final class RefusedPrimaryPathException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient RefusedPath path;

    public RefusedPrimaryPathException(RefusedPath path) {
        super("the primary path \"" + path.text() + "\" " + path.reason());
        this.path = path;
    }

    public RefusedPath path() {
        return path;
    }
}
