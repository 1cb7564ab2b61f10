package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFamilyTest {
    private static final Set<String> TYPES = Set.of("string", "list", "hash", "zset", "set", "stream");

    @Test
    void everyKeyThatScriptsAndServicesUseHasAFamily() throws IllegalAccessException {
        for (Field field : RedisKeys.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && !field.getName().equals("ENDINGS")) {
                String key = (String) field.get(null);
                assertThat(TYPES.stream().flatMap(type -> KeyFamily.of(key, type).stream()))
                        .as(key)
                        .extracting(Enum::name)
                        .containsExactly(field.getName());
            }
        }
        Set<String> patterns = Stream.of(
                        RedisKeys.statusPattern(),
                        RedisKeys.markerPattern(),
                        RedisKeys.entryPattern(),
                        RedisKeys.changesPattern(),
                        RedisKeys.replicasPattern(),
                        RedisKeys.holdsPattern(),
                        RedisKeys.holdPattern(),
                        RedisKeys.deploymentsPattern(),
                        RedisKeys.circuitOpenPattern(),
                        RedisKeys.circuitFailuresPattern(),
                        RedisKeys.circuitProbePattern(),
                        RedisKeys.circuitReasonPattern())
                .map(pattern -> pattern.formatted("x", "y"))
                .collect(Collectors.toSet());
        assertThat(patterns)
                .allSatisfy(key -> assertThat(TYPES.stream().flatMap(type -> KeyFamily.of(key, type).stream()))
                        .as(key)
                        .hasSize(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            revalidation:a:status | hash | STATUS
            revalidation::status:status | hash | STATUS
            revalidation:entry:x:status | hash | STATUS
            revalidation:entry:x:status | zset | ENTRY
            revalidation:complete:x:status | hash | STATUS
            revalidation:complete:x:status | string | MARKER
            revalidation:changes:default | zset | CHANGES
            revalidation:replicas:default | zset | REPLICAS
            revalidation:holds:default | zset | HOLDS
            revalidation:hold:default:pause | hash | HOLD
            revalidation:hold:default:deployment:d1 | hash | HOLD
            revalidation:deployments:default | zset | DEPLOYMENTS
            revalidation:holds:default | hash | ''
            revalidation:queue | list | QUEUE
            circuit:open:nextjs | string | CIRCUIT_OPEN
            circuit:failures:nextjs | string | CIRCUIT_FAILURES
            circuit:probe:shop:10.0.0.7:3000 | string | CIRCUIT_PROBE
            circuit:reason:nextjs | string | CIRCUIT_REASON
            revalidation:queue | string | ''
            revalidation::status | hash | ''
            revalidation:a:status | string | ''
            revalidation:queue:high | list | ''
            revalidation:a | hash | ''
            circuit:half | string | ''
            circuit:open: | string | ''
            circuit:open:nextjs | hash | ''
            """)
    void aKeyBelongsToAFamilyByItsNameAndType(String key, String type, String family) {
        assertThat(KeyFamily.of(key, type).map(Enum::name))
                .isEqualTo(Optional.of(family).filter(name -> !name.isEmpty()));
    }

    @Test
    void theIdIsWhatStandsInTheKeyOfTheHash() {
        assertThat(RedisKeys.idOfStatus(RedisKeys.status("a:status"))).hasValue("a:status");
        assertThat(RedisKeys.idOfStatus("revalidation::status")).isEmpty();
        assertThat(RedisKeys.idOfStatus("revalidation:status")).isEmpty();
        assertThat(RedisKeys.idOfStatus(RedisKeys.QUEUE)).isEmpty();
    }

    @Test
    void aBreakerIsNamedAfterItsTargetAndAnySiteButTheDefaultOne() {
        assertThat(RedisKeys.circuit("default", "nextjs")).isEqualTo("nextjs");
        assertThat(RedisKeys.circuit("shop", "10.0.0.7:3000")).isEqualTo("shop:10.0.0.7:3000");
        assertThat(RedisKeys.circuitOpen("nextjs")).isEqualTo("circuit:open:nextjs");
        assertThat(RedisKeys.circuitFailures("nextjs")).isEqualTo("circuit:failures:nextjs");
        assertThat(RedisKeys.circuitProbe("nextjs")).isEqualTo("circuit:probe:nextjs");
    }
}
