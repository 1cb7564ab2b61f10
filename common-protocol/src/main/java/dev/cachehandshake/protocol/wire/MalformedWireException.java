package dev.cachehandshake.protocol.wire;

/** Something that came over the wire cannot be read. The message completes "the body …" or "the job …". */
public final class MalformedWireException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedWireException(String message) {
        super(message);
    }
}
