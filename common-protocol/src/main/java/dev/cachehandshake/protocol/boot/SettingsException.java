package dev.cachehandshake.protocol.boot;

/** A setting that the service cannot start with. The message is one line: the setting, what is wrong, the way out. */
public final class SettingsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public SettingsException(String message) {
        super(message);
    }
}
