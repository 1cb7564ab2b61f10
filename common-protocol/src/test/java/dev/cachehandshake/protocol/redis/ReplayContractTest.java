package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.store.PublishOutcome;
import dev.cachehandshake.protocol.store.Replay;
import dev.cachehandshake.protocol.store.ReplayOutcome;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.wire.JobJson;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplayContractTest extends RefereeContract {
    private static final String FOREIGN = """
              {"extra":  {"big": 12345678901234567890, "exact": 1.10, "none": []},
               "type": "post", "revalidation_id": "old", "slug": "hé\\u00e9llo", "dependencies": [""], "version": -0.0e1}""";

    private List<String> successorsOf(String id) {
        return store.successorsOf(view(id)).stream()
                .map(HandshakeView::id)
                .map(Object::toString)
                .toList();
    }

    @Test
    void aReplayIsANewHandshakeThatNamesTheOldOne() {
        // given
        failed(Jobs.post("old", "hello", "7"));
        Map<String, String> before = hash("old");
        clock.step(Duration.ofMinutes(1));

        // when
        assertThat(replay("old", "new")).isEqualTo(new ReplayOutcome.Accepted());

        // then
        assertThat(hash("new"))
                .containsEntry("state", "pending")
                .containsEntry("attempts", "0")
                .containsEntry("referee_state", "pending")
                .containsEntry("referee_attempts", "0")
                .containsEntry("phase", "queued")
                .containsEntry("list", "normal")
                .containsEntry("epoch", "0")
                .containsEntry("lost", "0")
                .containsEntry("accepted_at_ms", Long.toString(clock.millis()))
                .containsEntry("created_at", Long.toString(clock.millis() / 1000))
                .containsEntry("site", "default")
                .containsEntry("type", "post")
                .containsEntry("slug", "hello")
                .containsEntry("version", "7")
                .containsEntry("action", "updated")
                .containsEntry("replay_of", "old")
                .doesNotContainKeys("failure", "last_error", "content_digest", "replayed_by", "finished_at_ms");
        assertThat(view("new").replayOf()).hasValue("old");
        assertThat(view("old").replayedBy()).hasValue("new");
        before.put("replayed_by", "new");
        assertThat(hash("old")).as("nothing else of the old one has changed").isEqualTo(before);
        assertThat(redis.ttl(statusKey("new"))).isEqualTo(-1);
        assertThat(queue())
                .containsExactly("{\"seq\":2,\"revalidation_id\":\"new\",\"type\":\"post\",\"slug\":\"hello\","
                        + "\"dependencies\":[\"blog\",\"\"],\"version\":7}");
    }

    @Test
    void aReplayGoesTheWholeWay() {
        // given
        failed("old");
        replay("old", "new");

        // when
        Claimed claimed = claimOne("new");
        settle(claimed.lease(), accepted());
        confirm("new", fresh());

        // then
        assertThat(JobJson.read(claimed.job()).id().value()).isEqualTo("new");
        assertThat(view("new").state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view("new").replayOf()).hasValue("old");
        assertThat(view("old").state()).isEqualTo(HandshakeState.FAILED);
        assertThat(store.census().byState())
                .containsEntry(HandshakeState.PENDING, 0L)
                .containsEntry(HandshakeState.FAILED, 1L)
                .containsEntry(HandshakeState.COMPLETED, 1L);
    }

    @Test
    void aReplayThatFailsCanBeReplayedToo() {
        // given
        failed("old");
        replay("old", "new");
        settle(claimOne("new").lease(), new Settlement.Rejected("no again", false));

        // when, then
        assertThat(replay("new", "newer")).isEqualTo(new ReplayOutcome.Accepted());
        assertThat(view("newer").replayOf()).hasValue("new");
        assertThat(view("new").replayedBy()).hasValue("newer");
    }

    @Test
    void eachReplayIsOneMoreAndTheOldOneNamesTheLatest() {
        failed("old");

        assertThat(replay("old", "new-1")).isEqualTo(new ReplayOutcome.Accepted());
        assertThat(replay("old", "new-2")).isEqualTo(new ReplayOutcome.Accepted());

        assertThat(view("old").replayedBy()).hasValue("new-2");
        assertThat(ids(claim(10))).containsExactly("new-1", "new-2");
    }

    @Test
    void theSameReplaySentAgainIsTheSameHandshakeHoweverFarItHasCome() {
        // given
        failed("old");
        replay("old", "new");
        settle(claimOne("new").lease(), accepted());
        confirm("new", fresh());

        // when, then
        assertThat(replay("old", "new")).isEqualTo(new ReplayOutcome.AlreadyAccepted());
        assertThat(queue()).isEmpty();
    }

    @Test
    void theSameCallSentTwiceIsAcceptedTwiceAndWrittenOnce() {
        // given
        failed("old");
        String job = view("old").job().orElseThrow();
        List<String> call = List.of("old", job, "new", Jobs.json("new", "old", ""), "nonce of the call", "10");
        ScriptRunner scripts = new ScriptRunner(SERVER.connection(), RefereeTime.of(clock), Retention.DEFAULT);

        // when, then
        assertThat(scripts.run(Script.REPLAY, call)).containsExactly("accepted");
        assertThat(scripts.run(Script.REPLAY, call)).containsExactly("accepted");
        assertThat(queue()).hasSize(1);
    }

    @Test
    void anIdThatStandsForAnythingElseIsAConflictAndNothingIsWritten() {
        // given
        failed("old");
        failed("other");
        replay("other", "replay-of-other");
        foreignHash("foreign");
        redis.set(statusKey("text"), "no hash");
        Map<String, String> before = hash("old");

        // when, then
        for (String taken : List.of("old", "other", "replay-of-other", "foreign", "text")) {
            assertThat(replay("old", taken)).as(taken).isEqualTo(new ReplayOutcome.Conflict());
        }
        assertThat(hash("old")).isEqualTo(before);
        assertThat(queue()).hasSize(1);
    }

    @Test
    void anEventWithTheIdOfAReplayIsAConflict() {
        failed("old");
        replay("old", "new");

        assertThat(publish("new")).isEqualTo(new PublishOutcome.Conflict());
    }

    @Test
    void whatHasNotFailedIsNotReplayed() {
        // given one of each
        awaiting("completed");
        confirm("completed", fresh());
        settle(publishAndClaim("simulated"), new Settlement.Simulated());
        awaiting("acknowledged");
        publishAndClaim("leased");
        publish("queued");
        foreignHash("foreign");

        // when, then
        for (String other : List.of("completed", "simulated", "acknowledged", "leased", "queued", "foreign")) {
            assertThat(replay(other, "new")).as(other).isEqualTo(new ReplayOutcome.Moved());
        }
        assertThat(hash("new")).isEmpty();
    }

    @Test
    void oneThatWasLiftedSinceItWasReadIsNotReplayed() {
        // given one that failed for want of a callback, as it was read
        awaiting("old", accepted(1, false));
        sweepAfter(CALLBACK_WITHIN);
        String job = view("old").job().orElseThrow();

        // when the callback comes late, and then the replay
        confirm("old", fresh());

        // then
        assertThat(store.replay(
                        new Replay(view("old").id(), job, Jobs.post("new").id(), Jobs.json("new", "old", ""), BOUND)))
                .isEqualTo(new ReplayOutcome.Moved());
        assertThat(hash("new")).isEmpty();
    }

    @Test
    void oneThatHasExpiredOrHasAnotherJobByNowIsNotReplayed() {
        // given
        failed("old");
        Replay replay = new Replay(
                view("old").id(),
                "{\"revalidation_id\":\"old\"}",
                Jobs.post("new").id(),
                "{}",
                BOUND);

        // when, then
        assertThat(store.replay(replay)).isEqualTo(new ReplayOutcome.Moved());
        redis.del(statusKey("old"));
        redis.zrem(RedisKeys.FAILED, "old");
        assertThat(store.replay(replay)).isEqualTo(new ReplayOutcome.Moved());
        assertThat(hash("new")).isEmpty();
    }

    @Test
    void aLateCallbackOfTheOldOneStillCompletesItAndLeavesTheReplayAlone() {
        // given
        awaiting("old", accepted(1, false));
        sweepAfter(CALLBACK_WITHIN);
        replay("old", "new");

        // when
        confirm("old", fresh());

        // then
        assertThat(view("old").state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view("old").replayedBy()).hasValue("new");
        assertThat(phase("new")).isEqualTo(Phase.QUEUED);
    }

    @Test
    void aFullQueueRefusesAndWritesNothing() {
        // given
        failed("old");
        publish("a");
        Map<String, String> before = hash("old");

        // when, then
        assertThat(replay("old", "new", 1)).isEqualTo(new ReplayOutcome.QueueFull(1));
        assertThat(hash("old")).isEqualTo(before);
        assertThat(hash("new")).isEmpty();
        assertThat(store.census().byState()).containsEntry(HandshakeState.PENDING, 1L);
    }

    @Test
    void aFullQueueStillKnowsWhatItHasAccepted() {
        failed("old");
        replay("old", "new");

        assertThat(replay("old", "new", 1)).isEqualTo(new ReplayOutcome.AlreadyAccepted());
    }

    @Test
    void aForeignJobIsReplayedCharacterForCharacterButForItsId() {
        // given
        foreignPush(FOREIGN);
        settle(claimOne("old").lease(), new Settlement.Rejected("no", false));

        // when
        replay("old", "new");

        // then
        Claimed claimed = claimOne("new");
        assertThat(claimed.job()).isEqualTo(FOREIGN.replace("\"old\"", "\"new\""));
        assertThat(claimed.foreign()).isFalse();
        assertThat(hash("new"))
                .containsEntry("site", "default")
                .containsEntry("slug", "hééllo")
                .containsEntry("versioned", "1");

        // and it is found again in whichever list it comes to lie
        settle(claimed.lease(), retry());
        sweepAfter(DELAY);
        assertThat(claimOne("new").job()).isEqualTo(claimed.job());
    }

    @Test
    void aVersionThatNothingButProofMayCompleteStaysOne() {
        // given a foreign job whose version cannot be kept exactly
        foreignPush("{\"revalidation_id\":\"old\",\"type\":\"post\",\"slug\":\"a\",\"version\":1e300}");
        settle(claimOne("old").lease(), new Settlement.Rejected("no", true));
        replay("old", "new");

        // when its marker is there and its lease is lost
        claimOne("new");
        mark("new");
        sweepAfter(LEASE);

        // then
        assertThat(phase("new")).isEqualTo(Phase.QUEUED);
    }

    @Test
    void refusedPathsAreKept() {
        failed(JobJson.read(
                "{\"revalidation_id\":\"old\",\"type\":\"post\",\"slug\":\"a\",\"dependencies\":[\"a,b\"]}"));

        replay("old", "new");

        assertThat(view("new").refusedPaths())
                .isEqualTo(view("old").refusedPaths())
                .isPresent();
    }

    @Test
    void idsMayHoldWhatPatternsAndJsonEscape() {
        failed(JobJson.read("{\"revalidation_id\":\"50%s [a]/b\\\\\\\"é\",\"type\":\"post\",\"slug\":\"a\"}"));

        assertThat(replay("50%s [a]/b\\\"é", "%d\"\\")).isEqualTo(new ReplayOutcome.Accepted());

        assertThat(claimOne("%d\"\\").lease().id().value()).isEqualTo("%d\"\\");
    }

    @Test
    void whatCameAfterTheOldOneIsASuccessorOfTheReplayAndNotTheOtherWayRound() {
        // given an opaque version that failed, and one that came after it
        failed(Jobs.post("old", "hello", "\"v1\""));
        publish(Jobs.post("later", "hello", "\"v2\""));

        // when
        replay("old", "new");

        // then a page that shows v1 proves nothing of v2
        assertThat(successorsOf("later")).isEmpty();
        assertThat(successorsOf("new")).contains("later").doesNotContain("new");
        publish(Jobs.post("latest", "hello", "\"v3\""));
        assertThat(successorsOf("new")).contains("later", "latest");
        assertThat(successorsOf("later")).containsExactly("latest");
    }

    @Test
    void whereTheListOfAnEntryHasExpiredTheReplayBeginsANewOne() {
        // given
        failed(Jobs.post("old", "hello", "\"v1\""));
        redis.del(RedisKeys.entry("default:post:hello"));

        // when
        replay("old", "new");
        publish(Jobs.post("later", "hello", "\"v2\""));

        // then
        assertThat(successorsOf("new")).containsExactly("later");
        assertThat(redis.ttl(RedisKeys.entry("default:post:hello"))).isPositive();
    }

    @Test
    void whereTheOldOneIsNotListedAnyMoreButOthersAreTheReplayIsNobodysSuccessor() {
        // given
        failed(Jobs.post("old", "hello", "\"v1\""));
        publish(Jobs.post("later", "hello", "\"v2\""));
        redis.zrem(RedisKeys.entry("default:post:hello"), "old");

        // when
        replay("old", "new");

        // then
        assertThat(successorsOf("later")).isEmpty();
        assertThat(successorsOf("new")).isEmpty();
    }
}
