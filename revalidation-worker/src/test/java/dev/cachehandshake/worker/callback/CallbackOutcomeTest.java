package dev.cachehandshake.worker.callback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.scriptedtarget.CallbackTiming;
import dev.cachehandshake.scriptedtarget.Script;
import dev.cachehandshake.scriptedtarget.SiteReport;
import dev.cachehandshake.worker.HeldCall;
import dev.cachehandshake.worker.RunningWorker;
import dev.cachehandshake.worker.SentCallback;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

class CallbackOutcomeTest {
    private static final Behaviour SILENT = Behaviour.healthy().callingBack(CallbackTiming.never());

    @Nested
    @ExtendWith(OutputCaptureExtension.class)
    class WithTimeToCallBack {
        @RegisterExtension
        static final RunningWorker worker = RunningWorker.with("handshake.strategies.normal.concurrency=1");

        @Test
        void aSiteThatSaysFreshAndShowsLessIsNotBelieved(CapturedOutput output) {
            // given
            worker.site().play(Behaviour.healthy().reporting(SiteReport.saysFreshBut("6")));

            // when
            worker.publish("boast", "\"version\":7");

            // then
            HandshakeView view = worker.awaitEnd("boast");
            assertThat(view.state()).isEqualTo(HandshakeState.FAILED);
            assertThat(view.failure()).hasValue(FailureReason.STALE);
            assertThat(view.attempts()).isEqualTo(3);
            assertThat(view.lastError()).hasValue("/blog/boast shows version 6, wanted 7");
            assertThat(worker.site().calls()).hasSize(3);
            worker.awaitOutput(output, "reason=stale error=\"/blog/boast shows version 6, wanted 7\"");
        }

        @Test
        void oneTouchedPageThatLagsBehindCausesAnotherDelivery() {
            // given
            worker.site().play(Script.inOrder(SILENT, Behaviour.healthy()));
            worker.publish("lag", "\"version\":7");
            worker.awaitView("lag", view -> view.phase() == Phase.AWAITING);
            String batchId = worker.site().calls().getFirst().batchId().orElseThrow();

            // when
            String body = SentCallback.batch(
                    batchId, "lag", "fresh", SentCallback.page("/blog/lag", "7"), SentCallback.page("/blog", "6"));
            SentCallback answer = SentCallback.signed(worker, batchId, body).acknowledged();

            // then
            assertThat(answer.resultFor("lag")).isEqualTo("retry");
            HandshakeView view = worker.awaitEnd("lag");
            assertThat(view.freshness()).hasValue(Freshness.FRESH);
            assertThat(view.attempts()).isEqualTo(2);
            assertThat(view.lastError()).hasValue("/blog shows version 6, wanted 7");
        }

        @Test
        void aLaterVersionThanTheWantedOneIsFreshToo() {
            worker.site().play(Behaviour.healthy().reporting(SiteReport.stale("8")));

            worker.publish("ahead", "\"version\":7");

            assertThat(worker.awaitEnd("ahead").freshness()).hasValue(Freshness.FRESH);
        }

        @Test
        void pagesWithoutAMarkerProveNothing() {
            worker.site().play(Behaviour.healthy().reporting(SiteReport.unproven()));

            worker.publish("markerless", "\"version\":7");

            HandshakeView view = worker.awaitEnd("markerless");
            assertThat(view.failure()).hasValue(FailureReason.STALE);
            assertThat(view.lastError())
                    .hasValue("/blog/markerless shows no content-version of post:markerless, wanted 7");
        }

        @Test
        void whatTheSiteCouldNotDoIsTriedAgain() {
            worker.site()
                    .play(Script.inOrder(
                            Behaviour.healthy().reporting(SiteReport.failed("revalidatePath threw")),
                            Behaviour.healthy()));

            worker.publish("threw");

            HandshakeView view = worker.awaitEnd("threw");
            assertThat(view.state()).isEqualTo(HandshakeState.COMPLETED);
            assertThat(view.attempts()).isEqualTo(2);
            assertThat(view.lastError()).hasValue("revalidatePath threw");
        }

        @Test
        void pagesThatAnswerWithErrorsAreWaitedForLongerThanThereAreAttempts(CapturedOutput output) {
            // given
            Behaviour broken = Behaviour.healthy().reporting(SiteReport.broken(500));
            worker.site().play(Script.inOrder(broken, broken, broken, broken, broken, Behaviour.healthy()));

            // when
            worker.publish("broken", "\"version\":7");

            // then
            HandshakeView view = worker.awaitEnd("broken");
            assertThat(view.freshness()).hasValue(Freshness.FRESH);
            assertThat(view.attempts()).isEqualTo(1);
            assertThat(view.epoch()).isEqualTo(6);
            assertThat(view.lastError()).hasValue("/blog/broken answered with status 500");
            assertThat(output.getOut().split("cannot show its pages", -1))
                    .as("the outage is told of once")
                    .hasSize(2);
            assertThat(output.getOut()).contains("/blog/broken answered with status 500 (handshake broken)");
        }

        @Test
        void anOvertakenOpaqueVersionIsCoveredByItsSuccessor() {
            // given two edits of one entry in a batch, and pages that show the later
            Script later = Script.always(Behaviour.healthy().reporting(SiteReport.saysFreshBut("draft-b")));

            // when
            HeldCall.batch(worker, later, () -> {
                worker.publishAs("edit-a", "edited", "\"version\":\"draft-a\"");
                worker.publishAs("edit-b", "edited", "\"version\":\"draft-b\"");
            });

            // then
            HandshakeView overtaken = worker.awaitEnd("edit-a");
            assertThat(worker.awaitEnd("edit-b").freshness()).hasValue(Freshness.FRESH);
            assertThat(overtaken.state()).isEqualTo(HandshakeState.COMPLETED);
            assertThat(overtaken.freshness()).hasValue(Freshness.FRESH);
            assertThat(overtaken.coveredBy()).hasValue("edit-b");
            assertThat(overtaken.attempts()).isEqualTo(1);
        }

        @Test
        void aDuplicateIsAcknowledgedAndChangesNothing() {
            worker.site().play(Behaviour.healthy().callingBack(CallbackTiming.twice()));

            worker.publish("twice", "\"version\":7");
            HandshakeView first = worker.awaitEnd("twice");

            assertThat(worker.site().awaitCallbacks(2, RunningWorker.PATIENCE))
                    .allSatisfy(made -> assertThat(made.status()).hasValue(200));
            assertThat(worker.site().callbacks().getLast().answer()).contains("\"twice\":\"late\"");
            assertThat(worker.view("twice").finishedAtMs()).isEqualTo(first.finishedAtMs());
        }

        @Test
        void badNewsOfAnEarlierDeliveryIsSuperseded() {
            // given a second delivery after the first was found stale
            worker.site().play(Script.inOrder(Behaviour.healthy().reporting(SiteReport.stale("6")), SILENT));
            worker.publish("superseded", "\"version\":7");
            worker.awaitView("superseded", view -> view.attempts() == 2 && view.phase() == Phase.AWAITING);
            String firstBatch = worker.site().calls().getFirst().batchId().orElseThrow();

            // when
            String body =
                    SentCallback.batch(firstBatch, "superseded", "stale", SentCallback.page("/blog/superseded", "6"));
            SentCallback answer = SentCallback.signed(worker, firstBatch, body).acknowledged();

            // then
            assertThat(answer.resultFor("superseded")).isEqualTo("superseded");
            assertThat(worker.view("superseded").phase()).isEqualTo(Phase.AWAITING);

            // when good news comes, of whichever delivery
            String good =
                    SentCallback.batch(firstBatch, "superseded", "fresh", SentCallback.everyPage("superseded", "7"));

            // then
            assertThat(SentCallback.signed(worker, firstBatch, good).resultFor("superseded"))
                    .isEqualTo("completed");
        }
    }

    @Nested
    @ExtendWith(OutputCaptureExtension.class)
    class WithoutTimeToCallBack {
        @RegisterExtension
        static final RunningWorker worker =
                RunningWorker.with("handshake.target.callback-within=200ms", "handshake.strategies.normal.attempts=2");

        @Test
        void aLateCallbackStillLiftsAFailureForWantOfOne(CapturedOutput output) {
            // given
            worker.site().play(SILENT);
            worker.publish("late", "\"version\":7");
            HandshakeView failed = worker.awaitEnd("late");
            assertThat(failed.failure()).hasValue(FailureReason.NO_CALLBACK);
            assertThat(failed.attempts()).isEqualTo(2);
            worker.awaitOutput(output, "reason=no-callback");
            worker.awaitOutput(output, "handshake rescued id=late cause=callback");

            // when
            String batchId = worker.site().calls().getFirst().batchId().orElseThrow();
            String body = SentCallback.batch(batchId, "late", "fresh", SentCallback.everyPage("late", "7"));
            SentCallback answer = SentCallback.signed(worker, batchId, body).acknowledged();

            // then
            assertThat(answer.resultFor("late")).isEqualTo("completed");
            assertThat(worker.view("late").state()).isEqualTo(HandshakeState.COMPLETED);
            assertThat(worker.view("late").failure()).isEmpty();
            worker.awaitOutput(output, "handshake completed id=late");
        }

        @Test
        void aLateCallbackThatProvesNothingLiftsNothing() {
            // given
            worker.site().play(SILENT);
            worker.publish("late-stale", "\"version\":7");
            worker.awaitEnd("late-stale");

            // when
            String batchId = worker.site().calls().getFirst().batchId().orElseThrow();
            String body =
                    SentCallback.batch(batchId, "late-stale", "fresh", SentCallback.page("/blog/late-stale", "6"));
            SentCallback answer = SentCallback.signed(worker, batchId, body).acknowledged();

            // then
            assertThat(answer.resultFor("late-stale")).isEqualTo("late");
            assertThat(worker.view("late-stale").failure()).hasValue(FailureReason.NO_CALLBACK);
        }

        @Test
        void aLateSingleCallbackLiftsNothingThatNeedsProof() {
            // given
            worker.site().play(SILENT);
            worker.publish("late-single", "\"version\":7");
            worker.awaitEnd("late-single");

            // when
            SentCallback answer = SentCallback.signed(worker, "late-single", SentCallback.single("late-single"));

            // then
            answer.problem(409, "proof-required");
            assertThat(worker.view("late-single").state()).isEqualTo(HandshakeState.FAILED);
        }
    }
}
