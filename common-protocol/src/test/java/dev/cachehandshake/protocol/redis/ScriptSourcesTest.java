package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.store.Sweep;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the scripts say of themselves is so. */
class ScriptSourcesTest {
    private static final String COMMON = "referee.lua";
    /** All of these are in Redis 6.2; the youngest is LPOP with a count, new in it. */
    private static final Set<String> COMMANDS_OF_6_2 = Set.of(
            "EXISTS",
            "EXPIRE",
            "DEL",
            "GET",
            "HDEL",
            "HEXISTS",
            "HGET",
            "HINCRBY",
            "HKEYS",
            "HMGET",
            "HSET",
            "HSETNX",
            "INCR",
            "LINDEX",
            "LLEN",
            "LPOP",
            "LRANGE",
            "LTRIM",
            "MGET",
            "PERSIST",
            "PEXPIRE",
            "PTTL",
            "PUBLISH",
            "RPUSH",
            "SADD",
            "SET",
            "SPOP",
            "TIME",
            "TTL",
            "ZADD",
            "ZCARD",
            "ZRANGE",
            "ZRANGEBYSCORE",
            "ZREM",
            "ZREMRANGEBYRANK",
            "ZREMRANGEBYSCORE",
            "ZSCORE");

    private static final Map<String, String> WORDS_OF_KEYS = Map.ofEntries(
            Map.entry("queue", RedisKeys.QUEUE),
            Map.entry("returns list", RedisKeys.RETURNS),
            Map.entry("index of queue", RedisKeys.QUEUED_NORMAL),
            Map.entry("index of returns", RedisKeys.QUEUED_RETURNS),
            Map.entry("deadlines", RedisKeys.DEADLINES),
            Map.entry("sequence", RedisKeys.SEQUENCE),
            Map.entry("tally", RedisKeys.TALLY),
            Map.entry("poison", RedisKeys.POISON),
            Map.entry("failed", RedisKeys.FAILED),
            Map.entry("urgent queue", RedisKeys.queue(DeliveryClass.URGENT)),
            Map.entry("urgent returns list", RedisKeys.returns(DeliveryClass.URGENT)),
            Map.entry("index of urgent queue", RedisKeys.queued(DeliveryClass.URGENT)),
            Map.entry("index of urgent returns", RedisKeys.queuedReturns(DeliveryClass.URGENT)),
            Map.entry("low queue", RedisKeys.queue(DeliveryClass.LOW)),
            Map.entry("low returns list", RedisKeys.returns(DeliveryClass.LOW)),
            Map.entry("index of low queue", RedisKeys.queued(DeliveryClass.LOW)),
            Map.entry("index of low returns", RedisKeys.queuedReturns(DeliveryClass.LOW)));

    private static Path directory() {
        try {
            return Path.of(Objects.requireNonNull(Script.class.getResource(COMMON))
                            .toURI())
                    .getParent();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".lua"))
                    .sorted()
                    .toList();
        }
    }

    private static String text(String file) throws IOException {
        return Files.readString(directory().resolve(file));
    }

    private static List<String> header(String file) throws IOException {
        return text(file).lines().takeWhile(line -> line.startsWith("--")).toList();
    }

    /** The text without its comments. */
    private static String code(String file) throws IOException {
        return text(file).lines().map(line -> line.replaceFirst("--.*$", "")).collect(Collectors.joining("\n"));
    }

    private static Set<String> groups(String pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void everyFileIsAScriptAndEveryScriptHasItsFile() throws IOException {
        List<String> expected = new ArrayList<>(
                Arrays.stream(Script.values()).map(Script::fileName).toList());
        expected.add(COMMON);

        assertThat(files()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @ParameterizedTest
    @EnumSource(Script.class)
    void theHeaderSaysNameArgumentsAndAnswer(Script script) throws IOException {
        List<String> header = header(script.fileName());
        String name = script.name().toLowerCase(Locale.ROOT);

        assertThat(header.getFirst()).matches("-- " + name + ": \\S.*\\.");
        assertThat(header)
                .as("its own words begin at ARGV[8]")
                .anySatisfy(line -> assertThat(line).matches("-- ARGV  (8 .*|8\\.\\. .*|none of its own)"));
        assertThat(header).anySatisfy(line -> assertThat(line).startsWith("-- Returns "));
    }

    @ParameterizedTest
    @EnumSource(Script.class)
    void aScriptReadsNoCommonArgumentByNumber(Script script) throws IOException {
        assertThat(groups("ARGV\\[(\\d+)\\]", code(script.fileName())))
                .allSatisfy(number -> assertThat(Integer.parseInt(number)).isGreaterThanOrEqualTo(8));
        assertThat(code(script.fileName())).doesNotContain("KEYS[");
    }

    @Test
    void theOrderOfTheKeysIsTheOneThatJavaSends() throws IOException {
        String line = header(COMMON).stream()
                .dropWhile(text -> !text.startsWith("-- KEYS"))
                .takeWhile(text -> !text.startsWith("-- ARGV"))
                .map(text -> text.replaceFirst("^-- *", ""))
                .collect(Collectors.joining(" "));
        List<String> keys = new ArrayList<>();
        Matcher key = Pattern.compile("(\\d+) ([a-z ]+)").matcher(line);
        while (key.find()) {
            assertThat(key.group(1)).isEqualTo(Integer.toString(keys.size() + 1));
            keys.add(WORDS_OF_KEYS.get(key.group(2).strip()));
        }

        assertThat(keys).containsExactly(RedisKeys.forScripts());
    }

    @Test
    void everyWordOfAnAnswerIsListed() throws IOException {
        Set<String> promised = new TreeSet<>();
        Set<String> returned = new TreeSet<>();
        for (Script script : List.of(
                Script.PUBLISH,
                Script.REPLAY,
                Script.SETTLE,
                Script.CONFIRM,
                Script.HELLO,
                Script.CHANGES,
                Script.HOLD,
                Script.DEPLOYMENT,
                Script.CLOSE)) {
            promised.addAll(groups("\\{'([a-z_]+)'", String.join("\n", header(script.fileName()))));
            String code = code(script.fileName()).replaceAll("(?m)^ *local fields = .*$", "");
            returned.addAll(groups("\\{ '([a-z_]+)'(?=,| })", code));
        }
        Set<String> listed = Arrays.stream(ScriptCode.values())
                .map(code -> code.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(returned).isEqualTo(listed);
        assertThat(promised).isEqualTo(listed);
    }

    @Test
    void anUnlistedWordIsAnError() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ScriptCode.of("surprise"))
                .withMessageContaining("surprise");
    }

    @Test
    void reasonsCausesAndStatesHaveTheNamesThatJavaKnows() throws IOException {
        String all = files().stream().map(ScriptSourcesTest::codeUnchecked).collect(Collectors.joining("\n"));

        assertThat(groups("(?:fail|wait_out_outage)\\(handshake, '([a-z-]+)'", all))
                .isEqualTo(Arrays.stream(FailureReason.values())
                        .map(FailureReason::wireName)
                        .collect(Collectors.toCollection(TreeSet::new)));
        assertThat(groups("rescue\\(handshake, '([a-z]+)'", all))
                .isEqualTo(Arrays.stream(Sweep.Cause.values())
                        .map(cause -> cause.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toCollection(TreeSet::new)));
        assertThat(groups("(?:set_state|finish)\\(handshake, '([a-z]+)'", all))
                .isEqualTo(Arrays.stream(HandshakeState.values())
                        .map(HandshakeState::wireName)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void theCommandsAreAllInRedis62() throws IOException {
        for (String file : files()) {
            String code = code(file);
            assertThat(groups("redis\\.p?call\\('([^']+)'", code)).as(file).isSubsetOf(COMMANDS_OF_6_2);
            assertThat(groups("redis\\.(\\w+)", code)).as(file).isSubsetOf("call", "pcall");
            assertThat(groups("redis\\.p?call\\(([^'])", code))
                    .as("%s: a command by name only", file)
                    .isEmpty();
            assertThat(text(file))
                    .as("%s: functions with flags are younger", file)
                    .doesNotStartWith("#!");
        }
    }

    @Test
    void aJobIsNeverEncodedAnew() throws IOException {
        for (String file : files()) {
            assertThat(groups("cjson\\.encode\\(([^)]*)\\)", code(file)))
                    .as(file)
                    .isSubsetOf("handshake.target", "handshake.parent or handshake.id");
            assertThat(groups("([^,(] ?cjson\\.decode\\()", code(file)))
                    .as("%s: under pcall", file)
                    .isEmpty();
        }
    }

    private static String codeUnchecked(String file) {
        try {
            return code(file);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
