package dev.cachehandshake.protocol.boot;

/** What the services ask of their Redis before they rely on it. */
public enum Durability {
    /** Nothing: what Redis is set to is what there is. A Redis that is not append-only is taken with a warning. */
    SERVER,
    /** That it writes to its append-only file, and forces that to disk, before it acknowledges. On another Redis no service starts. */
    FSYNC
}
