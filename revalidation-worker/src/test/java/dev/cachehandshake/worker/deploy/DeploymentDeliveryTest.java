package dev.cachehandshake.worker.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.store.DeploymentWord;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.store.SiteHolds;
import dev.cachehandshake.worker.RunningWorker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What changed while a deploy was under way reaches the site once more, and is confirmed by it. */
@ExtendWith(OutputCaptureExtension.class)
class DeploymentDeliveryTest {
    @RegisterExtension
    static final RunningWorker worker = RunningWorker.with();

    @BeforeEach
    void emptyRedis() {
        worker.redis().flushall();
    }

    private static void finish(String id) {
        worker.context()
                .getBean(SiteHolds.class)
                .tell(new DeploymentWord(
                        "default", id, DeploymentWord.Kind.FINISHED, Duration.ofMinutes(15), Optional.empty()));
    }

    /** The handshakes that deliver it once more. */
    private static Set<String> handshakes(int count) {
        return await().atMost(RunningWorker.PATIENCE)
                .until(
                        () -> worker.redis().keys("revalidation:deployment-*:status").stream()
                                .map(key -> key.replaceAll("^revalidation:|:status$", ""))
                                .collect(Collectors.toSet()),
                        found -> found.size() == count);
    }

    @Test
    void thePagesThatChangedAreDeliveredOnceMore(CapturedOutput output) {
        // given
        worker.redis().zadd("revalidation:changes:default", 0, "known-since");
        worker.publish("first", "\"version\":7,\"tags\":[\"posts\"]");
        worker.awaitEnd("first");

        // when
        finish("d1");

        // then
        for (String id : handshakes(2)) {
            HandshakeView ended = worker.awaitEnd(id);
            assertThat(ended.state()).isEqualTo(HandshakeState.COMPLETED);
            assertThat(ended.freshness()).hasValue(Freshness.UNPROVEN);
            assertThat(ended.type()).isEqualTo("deployment");
            assertThat(ended.slug()).isEqualTo("d1");
        }
        assertThat(worker.site().calls().stream().map(call -> new String(call.body(), StandardCharsets.UTF_8)))
                .anyMatch(call -> call.contains("\"type\":\"deployment\"")
                        && call.contains("\"/blog\"")
                        && call.contains("\"/blog/first\""));
        worker.awaitOutput(output, "deployment ended site=default deployment_id=d1 status=finished held=");
    }

    @Test
    void whereNotAllIsKnownTheWholeSiteIs() {
        finish("d2");

        String id = handshakes(1).iterator().next();

        assertThat(worker.awaitEnd(id).state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(worker.site().calls().stream().map(call -> new String(call.body(), StandardCharsets.UTF_8)))
                .anyMatch(call -> call.contains("{\"path\":\"/\",\"type\":\"layout\"}"));
    }
}
