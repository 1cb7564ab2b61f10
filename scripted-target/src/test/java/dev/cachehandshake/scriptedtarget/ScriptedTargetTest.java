package dev.cachehandshake.scriptedtarget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachehandshake.protocol.PageSeen;
import dev.cachehandshake.protocol.Proof.Claim;
import dev.cachehandshake.protocol.wire.BatchJson;
import dev.cachehandshake.protocol.wire.CallbackJson;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScriptedTargetTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private PretendWorker worker;
    private ScriptedTarget target;

    @BeforeEach
    void start() throws Exception {
        worker = new PretendWorker();
        target = ScriptedTarget.start(worker.settingsOfItsTarget());
    }

    @AfterEach
    void stop() {
        target.close();
        worker.close();
    }

    @Test
    void aBatchIsAcceptedAndCalledBackWithTheWantedVersionOnEachPage() throws Exception {
        HttpResponse<String> answer = worker.call(target, batch("b1", handshake("a", 7), handshake("b", 8)), "b1");

        assertThat(answer.statusCode()).isEqualTo(202);
        BatchJson.Answer results = BatchJson.readAnswer(answer.body().getBytes(StandardCharsets.UTF_8));
        assertThat(results.results())
                .hasSize(2)
                .allSatisfy((id, result) -> assertThat(result.accepted()).isTrue());
        CallbackJson.Batch callback = (CallbackJson.Batch) worker.nextCallback();
        assertThat(callback.batchId()).isEqualTo("b1");
        assertThat(callback.reports()).extracting(CallbackJson.Report::claim).containsOnly(Claim.FRESH);
        assertThat(callback.reports().getFirst().pages())
                .extracting(
                        page -> page.path() + "@" + page.version().orElseThrow().text() + " " + page.status())
                .containsExactly("/blog/a@7 200", "/@7 200");
        assertThat(target.awaitCallbacks(1, SOON).getFirst().status()).hasValue(200);
        assertThat(target.calls().getFirst().size()).isEqualTo(2);
        assertThat(target.handshakeCount()).isEqualTo(2);
    }

    @Test
    void aSingleJobIsAnsweredWith200AndCalledBackByItsId() throws Exception {
        String job = "{\"revalidation_id\": \"one\", \"type\": \"post\", \"slug\": \"x\", \"dependencies\": [\"\"]}";

        assertThat(worker.call(target, job, "one").statusCode()).isEqualTo(200);
        assertThat(((CallbackJson.Single) worker.nextCallback()).id().value()).isEqualTo("one");
        Call call = target.calls().getFirst();
        assertThat(call.wanted().getFirst().paths()).containsExactly("/blog/x", "/");
        assertThat(new String(call.body(), StandardCharsets.UTF_8)).isEqualTo(job);
    }

    @Test
    void aRemovedEntryIsReportedGone() throws Exception {
        String gone = handshake("a", 7).replace("updated", "deleted");
        worker.call(target, batch("b1", gone), "b1");

        List<PageSeen> pages = ((CallbackJson.Batch) worker.nextCallback())
                .reports()
                .getFirst()
                .pages();
        assertThat(pages).extracting(PageSeen::status).containsExactly(404, 200);
        assertThat(pages).allMatch(page -> page.version().isEmpty());
    }

    @Test
    void aCallForAnotherBodyOrIdIsRefused() throws Exception {
        assertThat(worker.call(target, batch("b1", handshake("a", 7)), "other").statusCode())
                .isEqualTo(401);
        assertThat(worker.callUnsigned(target, batch("b1", handshake("a", 7))).statusCode())
                .isEqualTo(401);
        assertThat(target.refusals()).hasSize(2);
        assertThat(target.callCount()).isZero();

        target.verifyTokens(false);
        assertThat(worker.callUnsigned(target, batch("b1", handshake("a", 7))).statusCode())
                .isEqualTo(202);
    }

    @Test
    void whatIsRejectedIsNotCalledBack() throws Exception {
        target.play(
                Behaviour.healthy().answering(new Answer.Reject(id -> id.value().equals("id-a"), "no such page")));
        HttpResponse<String> answer = worker.call(target, batch("b1", handshake("a", 7), handshake("b", 8)), "b1");

        assertThat(answer.body()).contains("rejected", "no such page");
        assertThat(((CallbackJson.Batch) worker.nextCallback()).reports())
                .extracting(report -> report.id().value())
                .containsExactly("id-b");
    }

    @Test
    void errorsCarryTheirRetryAfterAndThenItRecovers() throws Exception {
        target.play(Script.inOrder(
                Behaviour.healthy().answering(Answer.failure(503, Duration.ofSeconds(7))), Behaviour.healthy()));

        HttpResponse<String> first = worker.call(target, batch("b1", handshake("a", 7)), "b1");
        assertThat(first.statusCode()).isEqualTo(503);
        assertThat(first.headers().firstValue("Retry-After")).contains("7");
        assertThat(worker.call(target, batch("b2", handshake("a", 7)), "b2").statusCode())
                .isEqualTo(202);
        assertThat(((CallbackJson.Batch) worker.nextCallback()).batchId()).isEqualTo("b2");
    }

    @Test
    void aCallbackBeforeTheAnswerArrivesBeforeIt() throws Exception {
        target.play(Behaviour.healthy().callingBack(CallbackTiming.before()));
        worker.call(target, batch("b1", handshake("a", 7)), "b1");
        assertThat(target.callbacks()).hasSize(1);
    }

    @Test
    void aCallbackComesTwice() throws Exception {
        target.play(Behaviour.healthy().callingBack(CallbackTiming.twice()));
        worker.call(target, batch("b1", handshake("a", 7)), "b1");
        assertThat(worker.nextCallback()).isEqualTo(worker.nextCallback());
    }

    @Test
    void aCallbackIsTriedAgainWhileTheWorkerIsAway() throws Exception {
        worker.answerNext(503, 503);
        worker.call(target, batch("b1", handshake("a", 7)), "b1");
        CallbackMade made = target.awaitCallbacks(1, SOON).getFirst();
        assertThat(made.tries()).isEqualTo(3);
        assertThat(made.status()).hasValue(200);
    }

    @Test
    void aStalePageShowsTheOlderVersion() throws Exception {
        target.play(Behaviour.healthy().reporting(SiteReport.stale("6")).authenticatingBy(CallbackAuth.SHARED_SECRET));
        worker.call(target, batch("b1", handshake("a", 7)), "b1");
        CallbackJson.Report report =
                ((CallbackJson.Batch) worker.nextCallback()).reports().getFirst();
        assertThat(report.claim()).isEqualTo(Claim.STALE);
        assertThat(report.pages().getFirst().version().orElseThrow().text()).isEqualTo("6");
    }

    @Test
    void aCallThatIsNeverAnsweredEndsWithTheTarget() throws Exception {
        target.play(Behaviour.healthy().answering(Answer.never()));
        CompletableFuture<HttpResponse<String>> hanging =
                worker.callAsync(target, batch("b1", handshake("a", 7)), "b1");
        target.awaitCalls(1, SOON);
        assertThat(hanging).isNotDone();
        target.close();
        assertThatThrownBy(hanging::get)
                .cause()
                .isInstanceOf(java.io.IOException.class)
                .isNotInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void aCallWhoseConnectionIsDroppedWasWorkedOnAllTheSame() throws Exception {
        target.play(Behaviour.healthy().answering(Answer.dropped(Duration.ofMillis(1))));

        assertThatThrownBy(() -> worker.call(target, batch("b1", handshake("a", 7)), "b1"))
                .cause()
                .isInstanceOf(java.io.IOException.class);

        assertThat(((CallbackJson.Batch) worker.nextCallback()).batchId()).isEqualTo("b1");
    }

    @Test
    void anObserverIsToldOfEachStepInItsOrder() throws Exception {
        BlockingQueue<String> steps = new LinkedBlockingQueue<>();
        target.watchedBy(new SiteObserver() {
            @Override
            public void refused(String reason) {
                steps.add("refused");
            }

            @Override
            public void answered(Call call) {
                steps.add("answered " + call.keyId());
            }

            @Override
            public void callingBack(Call call) {
                steps.add("calling back");
            }

            @Override
            public void calledBack(Call call, CallbackMade callback) {
                steps.add("called back " + callback.status().orElseThrow());
            }
        });

        worker.callUnsigned(target, batch("b0", handshake("a", 7)));
        worker.call(target, batch("b1", handshake("a", 7)), "b1");

        for (String step : List.of("refused", "answered revalidation", "calling back", "called back 200")) {
            assertThat(steps.poll(10, TimeUnit.SECONDS)).isEqualTo(step);
        }
    }

    @Test
    void onlyTheLastCallsAreKeptAndAllAreCounted() throws Exception {
        target.remember(2);
        for (int i = 1; i <= 5; i++) {
            worker.call(target, batch("b" + i, handshake("a", 7)), "b" + i);
        }
        assertThat(target.calls()).extracting(Call::number).containsExactly(4L, 5L);
        assertThat(target.callCount()).isEqualTo(5);
    }

    @Test
    void peopleAndBenchmarksGetAnAnswer() throws Exception {
        assertThat(worker.get(target.url() + "/")).contains("scripted target", "0 calls");
        assertThat(worker.post(target.url() + "/api/echo", "anything").statusCode())
                .isEqualTo(200);
    }

    private static String handshake(String slug, int version) {
        return """
                {"revalidation_id": "id-%s", "type": "post", "slug": "%s", "version": %d, "action": "updated",
                 "paths": ["/blog/%s", "/", {"path": "/tags/[tag]", "type": "page"}], "tags": []}""".formatted(slug, slug, version, slug);
    }

    private static String batch(String id, String... handshakes) {
        return "{\"batch_id\": \"" + id + "\", \"site\": \"default\", \"target\": \"nextjs\", \"handshakes\": ["
                + String.join(",", handshakes) + "]}";
    }
}
