package dev.cachehandshake.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The second argument of Next's {@code revalidatePath}: what a route pattern such as {@code /blog/[slug]} stands for. */
public enum PathType {
    PAGE,
    LAYOUT;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<PathType> fromWire(String name) {
        return Arrays.stream(values())
                .filter(type -> type.wireName().equals(name))
                .findFirst();
    }
}
