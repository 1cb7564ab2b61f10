package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The model in docs/model has every script that moves handshakes and no other, and its README says what the model has. */
class ModelDocsTest {
    private static final Path MODEL = Path.of("..", "docs", "model");
    private static final Path SCRIPTS =
            Path.of("../common-protocol/src/main/resources/dev/cachehandshake/protocol/redis");
    /** What the others share: no script by itself. */
    private static final String SHARED = "referee.lua";

    /** An inline or a macro whose first line ends with the script's name as a comment. */
    private static final String ACTION =
            "(?m)^(?:inline|#define) (?<action>\\w+)\\([^)]*\\) .*/\\* (?<script>[a-z]+\\.lua)\\b";

    @Test
    void anActionNamesEveryScriptThatMovesHandshakesAndNoneThatDoesNotExist() throws IOException {
        Set<String> named = found(ACTION, "handshake.pml").stream()
                .map(action -> action.replaceFirst(".* ", ""))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named).isEqualTo(scriptsThatMoveHandshakes());
    }

    @Test
    void theModelNamesNoScriptThatDoesNotExist() throws IOException {
        assertThat(found("(?<word>\\w+\\.lua)", "handshake.pml"))
                .contains(SHARED)
                .allSatisfy(script -> assertThat(SCRIPTS.resolve(script)).exists());
    }

    @Test
    void everyActionIsListedWithItsScriptAndNoneThatDoesNotExist() throws IOException {
        assertThat(found("(?m)^\\| `(?<action>\\w+)` \\| `(?<script>[a-z]+\\.lua)` \\|", "README.md"))
                .isEqualTo(found(ACTION, "handshake.pml"));
    }

    @Test
    void everyBrokenVariantIsCheckedAndListed() throws IOException {
        Set<String> variants = found("(?m)^#(?:ifdef |(?:el)?if defined\\()(?<word>[A-Z_]+)", "handshake.pml");
        variants.removeAll(Set.of("MARKER", "LIVENESS"));

        assertThat(variants).contains("NO_EPOCH", "NO_QUEUED_INDEX", "CALLBACK_ONLY_FROM_ACKNOWLEDGED");
        assertThat(found("(?m)^broken (?<word>[A-Z_]+) ", "check")).isEqualTo(variants);
        assertThat(found("(?m)^\\| `(?<word>[A-Z_]+)` \\|", "README.md")).isEqualTo(variants);
    }

    private static Set<String> scriptsThatMoveHandshakes() throws IOException {
        Set<String> scripts = new TreeSet<>();
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                if (name.endsWith(".lua") && !name.equals(SHARED) && !movesNone(file)) {
                    scripts.add(name);
                }
            }
        }
        return scripts;
    }

    private static boolean movesNone(Path script) throws IOException {
        String header = Files.readString(script).lines().findFirst().orElseThrow();
        return header.endsWith("Reads only.")
                || header.endsWith("Moves no handshake.")
                || header.contains("Writes nothing, but for entries that it drops");
    }

    /** Each match as its named groups, one blank between them. */
    private static Set<String> found(String pattern, String file) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(MODEL.resolve(file)));
        return matcher.results()
                .map(match -> Stream.of("word", "action", "script")
                        .filter(match.namedGroups()::containsKey)
                        .map(match::group)
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
