package dev.cachehandshake.protocol.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One script a transition. Each is {@code referee.lua} followed by its own file, and runs on Redis 6.2 and later. */
enum Script {
    PUBLISH,
    REPLAY,
    CLAIM,
    RENEW,
    SETTLE,
    CONFIRM,
    HANDBACK,
    SWEEP,
    FAILED,
    CENSUS,
    HELLO,
    CHANGES,
    HOLD,
    DEPLOYMENT,
    DUE,
    CLOSE,
    SITE,
    CIRCUIT;

    private final String source = read("referee") + read(name().toLowerCase(Locale.ROOT));

    String source() {
        return source;
    }

    String fileName() {
        return name().toLowerCase(Locale.ROOT) + ".lua";
    }

    private static String read(String name) {
        try (InputStream lua = Script.class.getResourceAsStream(name + ".lua")) {
            if (lua == null) {
                throw new IllegalStateException("the jar lacks the script " + name + ".lua");
            }
            return new String(lua.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
