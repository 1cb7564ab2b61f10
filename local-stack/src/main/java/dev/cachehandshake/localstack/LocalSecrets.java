package dev.cachehandshake.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** The file {@code .handshake/local.env}: secrets made at random on the first run and kept, addresses as of the last run. */
final class LocalSecrets {
    private static final String[] SECRETS = {"REVALIDATION_SECRET", "CALLBACK_SECRET", "HANDSHAKE_API_KEY"};
    private static final int SECRET_BYTES = 32;

    private final Path file;

    LocalSecrets(Path directory) {
        this.file = directory.resolve("local.env");
    }

    Path file() {
        return file;
    }

    /**
     * Reads the secrets, makes those that are missing, and writes the file for its owner only.
     *
     * @param addresses written beside them
     * @throws LocalStackException when the file cannot be read or written
     */
    Map<String, String> keep(Map<String, String> addresses) {
        try {
            Map<String, String> known = read();
            Map<String, String> all = new LinkedHashMap<>();
            for (String secret : SECRETS) {
                all.put(secret, known.getOrDefault(secret, random()));
            }
            all.putAll(addresses);
            write(all);
            return all;
        } catch (IOException failed) {
            throw new LocalStackException("cannot keep secrets in " + file + ": " + failed.getMessage(), failed);
        }
    }

    /**
     * As of the last run; empty when there was none.
     *
     * @throws LocalStackException when the file cannot be read
     */
    Map<String, String> known() {
        try {
            return read();
        } catch (IOException unreadable) {
            throw new LocalStackException("cannot read " + file + ": " + unreadable.getMessage(), unreadable);
        }
    }

    private Map<String, String> read() throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (equals > 0 && !line.startsWith("#") && equals < line.length() - 1) {
                    values.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
        }
        return values;
    }

    private void write(Map<String, String> values) throws IOException {
        StringBuilder text = new StringBuilder(
                "# Made by ./handshake up. Delete it for new secrets; keep it out of version control.\n");
        values.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        Path fresh = file.resolveSibling("local.env.new");
        OwnerOnly.create(fresh);
        Files.writeString(fresh, text);
        Files.move(fresh, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static String random() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
