package dev.cachehandshake.worker.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.worker.RunningWorker;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With {@code invalidate: one} the targets share a cache: one makes the pages anew, and all of them prove. */
class SharedCacheTest {
    @RegisterExtension
    static final RunningWorker worker = RunningWorker.withTargets(3, "handshake.target.invalidate=one");

    @Test
    void oneIsToldToInvalidateAndTheOthersToVerify() {
        // when
        worker.publish("shared", "\"version\":7");

        // then
        assertThat(worker.awaitEnd("shared").freshness()).hasValue(Freshness.FRESH);
        List<Boolean> verifyOnly = IntStream.range(0, 3)
                .mapToObj(i -> Json.object(worker.site(i).calls().getFirst().body())
                        .path("verify_only")
                        .asBoolean())
                .toList();
        assertThat(verifyOnly).containsExactly(false, true, true);
    }
}
