package dev.cachehandshake.worker.roster;

/** Nobody can say where the site is; until somebody can there is nothing to claim for. */
public final class TargetsUnknownException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TargetsUnknownException(String message) {
        super(message);
    }
}
