package dev.cachehandshake.localredis;

import java.util.Locale;

/** When Redis forces its append-only file to disk. */
public enum AppendFsync {
    /** Before each answer: what was answered survives {@code kill -9} and a power cut. */
    ALWAYS,
    /** Once a second: survives {@code kill -9}, and loses up to a second at a power cut. Redis' own default. */
    EVERYSEC;

    String configValue() {
        return name().toLowerCase(Locale.ROOT);
    }
}
