package dev.cachehandshake.localredis;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts a command in a session of its own. A terminal sends Ctrl-C to every process of its foreground group; a child in
 * another session does not get it and is stopped by its parent, in order.
 */
public final class OwnSession {
    private OwnSession() {}

    /**
     * The command that does it: through {@code setsid} (Linux) or {@code perl} (macOS), both of which end up as the given
     * command under the same process id. Where there is neither, the command as it is.
     */
    public static List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>();
        if (onPath("setsid").isPresent()) {
            whole.add("setsid");
        } else if (onPath("perl").isPresent()) {
            whole.addAll(List.of("perl", "-MPOSIX", "-e", "POSIX::setsid(); exec { $ARGV[0] } @ARGV or die $!;"));
        }
        whole.addAll(command);
        return List.copyOf(whole);
    }

    private static Optional<Path> onPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        for (String directory : path.split(File.pathSeparator, -1)) {
            Path candidate = Path.of(directory).resolve(program);
            if (Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
