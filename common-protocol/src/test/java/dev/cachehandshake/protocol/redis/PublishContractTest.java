package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.store.PublishOutcome;
import dev.cachehandshake.protocol.wire.JobJson;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PublishContractTest extends RefereeContract {
    private static final long NOW = SteppableClock.START.toEpochMilli();

    @Test
    void anElementIsTheJobBehindItsSequence() {
        publish("a");
        publish("b");

        assertThat(queue())
                .containsExactly(
                        "{\"seq\":1,\"revalidation_id\":\"a\",\"type\":\"post\",\"slug\":\"a\",\"dependencies\":[\"blog\",\"\"]}",
                        "{\"seq\":2,\"revalidation_id\":\"b\",\"type\":\"post\",\"slug\":\"b\",\"dependencies\":[\"blog\",\"\"]}");
    }

    @Test
    void theHashHasWhatForeignReadersKnowAndTheRefereesOwnFields() {
        Job job = Jobs.post("a", "hello", "7");

        publish(job);

        assertThat(hash("a"))
                .containsEntry("state", "pending")
                .containsEntry("attempts", "0")
                .containsEntry("created_at", Long.toString(NOW / 1000))
                .containsEntry("accepted_at_ms", Long.toString(NOW))
                .containsEntry("referee_state", "pending")
                .containsEntry("referee_attempts", "0")
                .containsEntry("phase", "queued")
                .containsEntry("list", "normal")
                .containsEntry("epoch", "0")
                .containsEntry("lost", "0")
                .containsEntry("job", job.json())
                .containsEntry("site", "default")
                .containsEntry("type", "post")
                .containsEntry("slug", "hello")
                .containsEntry("version", "7")
                .containsEntry("action", "updated")
                .containsEntry("content_digest", "digest-of-a")
                .doesNotContainKeys("nonce", "entry", "refused_paths");
    }

    @Test
    void theIndexHoldsTheSequence() {
        publish("a");
        publish("b");

        assertThat(redis.zscore(RedisKeys.QUEUED_NORMAL, "a")).isEqualTo(1);
        assertThat(redis.zscore(RedisKeys.QUEUED_NORMAL, "b")).isEqualTo(2);
    }

    @Test
    void isShownAsPending() {
        assertThat(publish("a")).isEqualTo(new PublishOutcome.Accepted());

        assertThat(view("a").state()).isEqualTo(HandshakeState.PENDING);
        assertThat(view("a").phase()).isEqualTo(Phase.QUEUED);
        assertThat(view("a").acceptedAtMs()).isEqualTo(NOW);
        assertThat(view("a").attempts()).isZero();
    }

    @Test
    void theSameIdWithTheSameContentIsAcceptedOnce() {
        publish("a");

        assertThat(publish("a")).isEqualTo(new PublishOutcome.AlreadyAccepted());
        assertThat(queue()).hasSize(1);
    }

    @Test
    void theSameIdWithOtherContentIsAConflictAndWritesNothing() {
        publish("a");
        Map<String, String> before = hash("a");

        assertThat(publish(Jobs.post("a", "other", "1"), "another digest", BOUND))
                .isEqualTo(new PublishOutcome.Conflict());
        assertThat(hash("a")).isEqualTo(before);
        assertThat(queue()).hasSize(1);
    }

    @Test
    void theSameContentIsStillKnownAfterTheEnd() {
        awaiting("a");
        confirm("a", fresh());

        assertThat(publish("a")).isEqualTo(new PublishOutcome.AlreadyAccepted());
        assertThat(queue()).isEmpty();
        assertThat(view("a").state()).isEqualTo(HandshakeState.COMPLETED);
    }

    @Test
    void theSameCallSentTwiceIsAcceptedTwiceAndWrittenOnce() {
        List<String> call = List.of(
                "a",
                Jobs.json("a", "a", ""),
                "digest",
                "nonce of the call",
                "10",
                "normal",
                "0",
                "0",
                "unquiet",
                "",
                "changes",
                "0");
        ScriptRunner scripts = new ScriptRunner(SERVER.connection(), RefereeTime.of(clock), Retention.DEFAULT);

        assertThat(scripts.run(Script.PUBLISH, call)).containsExactly("accepted");
        assertThat(scripts.run(Script.PUBLISH, call)).containsExactly("accepted");
        assertThat(queue()).hasSize(1);
    }

    @Test
    void aFullQueueRefusesAndWritesNothing() {
        publish("a");
        publish("b");

        assertThat(publish(Jobs.post("c"), "digest", 2)).isEqualTo(new PublishOutcome.QueueFull(2));
        assertThat(hash("c")).isEmpty();
        assertThat(queue()).hasSize(2);
        assertThat(store.census().byState()).containsEntry(HandshakeState.PENDING, 2L);
    }

    @Test
    void aFullQueueStillKnowsWhatItHasAccepted() {
        publish("a");

        assertThat(publish(Jobs.post("a"), "digest-of-a", 1)).isEqualTo(new PublishOutcome.AlreadyAccepted());
    }

    @Test
    void anIdThatAForeignPublisherUsesIsAConflict() {
        foreignHash("a");

        assertThat(publish("a")).isEqualTo(new PublishOutcome.Conflict());
        assertThat(queue()).isEmpty();
        assertThat(hash("a")).doesNotContainKey("phase");
    }

    @Test
    void aKeyOfAnotherTypeIsAConflict() {
        redis.set(statusKey("a"), "not a hash");

        assertThat(publish("a")).isEqualTo(new PublishOutcome.Conflict());
        assertThat(queue()).isEmpty();
    }

    @Test
    void refusedDependenciesAreKept() {
        publish(
                JobJson.read(
                        "{\"revalidation_id\":\"a\",\"type\":\"post\",\"slug\":\"a\",\"dependencies\":[\"a,b\",\"https://x/y\"]}"));

        assertThat(view("a").refusedPaths().orElseThrow())
                .startsWith("[{\"path\":\"a,b\",\"reason\":\"holds a comma")
                .contains("{\"path\":\"https://x/y\",\"reason\":\"is a full URL");
    }

    @Test
    void anIdMayHoldWhatPatternsAndJsonEscape() {
        String id = "50%s [a]/b\\\"é";
        publish(JobJson.read("{\"revalidation_id\":\"50%s [a]/b\\\\\\\"é\",\"type\":\"post\",\"slug\":\"a\"}"));

        assertThat(claimOne(id).lease().id().value()).isEqualTo(id);
        clock.step(LEASE);
        sweep();
        assertThat(claimOne(id).lost()).isEqualTo(1);
    }
}
