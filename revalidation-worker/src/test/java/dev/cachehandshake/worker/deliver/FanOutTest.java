package dev.cachehandshake.worker.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.store.HandshakeView.TargetProgress;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.scriptedtarget.Answer;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.scriptedtarget.Call;
import dev.cachehandshake.scriptedtarget.CallbackTiming;
import dev.cachehandshake.scriptedtarget.SiteReport;
import dev.cachehandshake.worker.RunningWorker;
import dev.cachehandshake.worker.SentCallback;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Three targets: each is called, retried and believed on its own, and completed means all of them. */
@ExtendWith(OutputCaptureExtension.class)
class FanOutTest {
    @RegisterExtension
    static final RunningWorker worker = RunningWorker.withTargets(3, "handshake.target.callback-within=2s");

    private static Map<String, String> statuses(HandshakeView view) {
        return view.targets().stream().collect(Collectors.toMap(TargetProgress::name, TargetProgress::status));
    }

    private static Behaviour silent() {
        return Behaviour.healthy().callingBack(CallbackTiming.never());
    }

    @Test
    void allAreCalledAtTheSameTimeAndCompletedWhenAllHaveProven(CapturedOutput output) {
        // when
        worker.publish("all", "\"version\":7");

        // then
        HandshakeView view = worker.awaitEnd("all");
        assertThat(view.state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view.freshness()).hasValue(Freshness.FRESH);
        assertThat(view.attempts()).isEqualTo(1);
        assertThat(statuses(view))
                .isEqualTo(Map.of(
                        worker.targetName(0), "fresh", worker.targetName(1), "fresh", worker.targetName(2), "fresh"));
        for (int i = 0; i < 3; i++) {
            assertThat(worker.site(i).calls()).hasSize(1);
            assertThat(worker.site(i).calls().getFirst().target()).hasValue(worker.targetName(i));
        }
        worker.awaitOutput(output, "handshake completed id=all");
        assertThat(output.getAll().lines())
                .filteredOn(line -> line.contains("handshake completed id=all"))
                .hasSize(1);
    }

    @Test
    void notCompletedWhileOneIsSilentAndTheOthersAreNotCalledAgain() {
        // given
        worker.site(1).play(silent());

        // when
        worker.publish("silent", "\"version\":7");
        worker.site(1).awaitCalls(2, RunningWorker.PATIENCE);

        // then
        HandshakeView view = worker.view("silent");
        assertThat(view.phase()).isEqualTo(Phase.FANNED);
        assertThat(statuses(view)).containsEntry(worker.targetName(0), "fresh");
        assertThat(worker.site(0).calls()).hasSize(1);
        assertThat(worker.site(2).calls()).hasSize(1);

        // and when it speaks
        worker.site(1).play(Behaviour.healthy());
        assertThat(worker.awaitEnd("silent").freshness()).hasValue(Freshness.FRESH);
    }

    @Test
    void oneThatStaysStaleFailsTheHandshakeAndIsNamed() {
        // given
        worker.site(2).play(Behaviour.healthy().reporting(SiteReport.stale("6")));

        // when
        worker.publish("stale", "\"version\":7");

        // then
        HandshakeView view = worker.awaitEnd("stale");
        assertThat(view.failure()).hasValue(FailureReason.STALE);
        assertThat(view.lastError().orElseThrow()).startsWith(worker.targetName(2) + ": ");
        assertThat(statuses(view))
                .containsEntry(worker.targetName(0), "fresh")
                .containsEntry(worker.targetName(2), "stale");
        assertThat(worker.site(2).calls()).hasSize(3);
    }

    @Test
    void oneThatIsAwayIsWaitedFor(CapturedOutput output) {
        // given
        worker.stopSite(1);

        // when
        worker.publish("away", "\"version\":7");
        worker.awaitView(
                "away",
                view -> statuses(view).getOrDefault(worker.targetName(1), "").equals("not-reached"));
        worker.restartSite(1);

        // then
        assertThat(worker.awaitEnd("away").freshness()).hasValue(Freshness.FRESH);
        worker.awaitOutput(output, "target " + worker.targetName(1) + " is out");
    }

    @Test
    void aSlowOneDoesNotKeepAnotherFromBeingCalled() {
        // given
        worker.site(0).play(Behaviour.healthy().answering(Answer.slowly(Duration.ofSeconds(3))));

        // when
        worker.publish("slow", "\"version\":7");
        worker.awaitView(
                "slow",
                view -> statuses(view).getOrDefault(worker.targetName(1), "").equals("fresh")
                        && statuses(view).getOrDefault(worker.targetName(2), "").equals("fresh"));

        // then
        assertThat(worker.view("slow").state()).isEqualTo(HandshakeState.PENDING);
        assertThat(worker.awaitEnd("slow").freshness()).hasValue(Freshness.FRESH);
    }

    @Test
    void oneRejectsOneOfABatchAndOnlyThatFails() {
        // given
        worker.site(0)
                .play(Behaviour.healthy()
                        .answering(new Answer.Reject(id -> id.value().equals("rejected"), "no such page")));

        // when
        worker.publish("rejected", "\"version\":7");
        worker.publish("taken", "\"version\":7");

        // then
        assertThat(worker.awaitEnd("rejected").failure()).hasValue(FailureReason.REJECTED);
        assertThat(worker.awaitEnd("taken").freshness()).hasValue(Freshness.FRESH);
    }

    @Test
    void aCallbackThatNamesNoTargetIsRefused() {
        // given
        worker.site(0).play(silent());
        worker.publish("nameless", "\"version\":7");
        Call call = worker.site(0).awaitCalls(1, RunningWorker.PATIENCE).getFirst();

        // when
        String batch = call.batchId().orElseThrow();
        String news = SentCallback.batch(batch, "nameless", "fresh", SentCallback.everyPage("nameless", "7"));

        // then
        assertThat(SentCallback.signed(worker, batch, news).acknowledged().resultFor("nameless"))
                .isEqualTo("target-required");
        assertThat(worker.view("nameless").state().isTerminal()).isFalse();

        // and when it names one
        String named = news.replaceFirst("\\{", "{\"target\":\"" + worker.targetName(0) + "\",");
        SentCallback.signed(worker, batch, named).acknowledged();
        assertThat(worker.awaitEnd("nameless").freshness()).hasValue(Freshness.FRESH);
    }

    @Test
    void aSingleCallbackIsRefusedWithTheWayOut() {
        // given
        worker.site(0).play(silent());
        worker.publish("single");
        worker.site(0).awaitCalls(1, RunningWorker.PATIENCE);

        // when
        SentCallback sent = SentCallback.signed(worker, "single", SentCallback.single("single"));

        // then
        assertThat(sent.problem(409, "target-required")).contains("several targets", "\"target\"");
    }

    @Test
    void allInvalidateUnlessTheyShareACache() {
        // when
        worker.publish("own-caches", "\"version\":7");
        worker.awaitEnd("own-caches");

        // then
        for (int i = 0; i < 3; i++) {
            assertThat(Json.object(worker.site(i).calls().getFirst().body()).has("verify_only"))
                    .isFalse();
        }
    }
}
