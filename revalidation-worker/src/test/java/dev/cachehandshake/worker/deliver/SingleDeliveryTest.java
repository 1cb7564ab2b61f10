package dev.cachehandshake.worker.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.scriptedtarget.Answer;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.scriptedtarget.CallbackAuth;
import dev.cachehandshake.scriptedtarget.CallbackTiming;
import dev.cachehandshake.scriptedtarget.Script;
import dev.cachehandshake.worker.RunningWorker;
import dev.cachehandshake.worker.SentCallback;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A hand-written route behind a worker that lets it call back with the plain secret, as the original did. */
class SingleDeliveryTest {
    @RegisterExtension
    static final RunningWorker worker = RunningWorker.with(
            "handshake.target.protocol=single",
            "handshake.target.callback-auth=shared-secret",
            "handshake.target.callback-within=1500ms");

    @Test
    void theJobGoesAsItIsAndCompletesUnprovenEvenWithAVersion() {
        // when
        worker.publish("single", "\"version\":7");

        // then
        HandshakeView view = worker.awaitEnd("single");
        assertThat(view.state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view.freshness()).hasValue(Freshness.UNPROVEN);
        assertThat(worker.site().calls()).singleElement().satisfies(call -> {
            assertThat(call.batchId()).isEmpty();
            assertThat(new String(call.body(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"revalidation_id\":\"single\",\"type\":\"post\",\"slug\":\"single\","
                            + "\"dependencies\":[\"blog\"],\"version\":7}");
        });
    }

    @Test
    void aForeignPublishersJobReachesTheSiteByteForByte() {
        // given what Laravel writes
        String job = "{\"type\": \"post\", \"slug\": \"caf\\u00e9\", \"revalidation_id\": \"foreign\","
                + " \"dependencies\": [], \"meta\": {\"big\": 12345678901234567890, \"list\": []}}";

        // when
        worker.redis().rpush(RedisKeys.QUEUE, job);
        worker.site().awaitCalls(1, RunningWorker.PATIENCE);

        // then
        assertThat(worker.awaitEnd("foreign").state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(new String(worker.site().calls().getFirst().body(), StandardCharsets.UTF_8))
                .isEqualTo(job);
    }

    @Test
    void thePlainSecretIsTakenForACallbackWhereItIsAllowed() {
        // given
        worker.site().play(Behaviour.healthy().authenticatingBy(CallbackAuth.SHARED_SECRET));

        // when
        worker.publish("plain-secret");

        // then
        assertThat(worker.awaitEnd("plain-secret").state()).isEqualTo(HandshakeState.COMPLETED);
    }

    @Test
    void anotherSecretIsNotTaken() {
        awaitingCallback("other-secret");

        SentCallback answer =
                SentCallback.withBearer(worker, RunningWorker.REVALIDATION_SECRET, SentCallback.single("other-secret"));

        answer.problem(401, "unauthorized");
        SentCallback.signed(worker, "other-secret", SentCallback.single("other-secret"))
                .acknowledged();
    }

    @Test
    void aCallbackMayComeBeforeTheAnswer() {
        worker.site().play(Behaviour.healthy().callingBack(CallbackTiming.before()));

        worker.publish("early");

        HandshakeView view = worker.awaitEnd("early");
        assertThat(view.state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view.attempts()).isEqualTo(1);
        worker.site().awaitCallbacks(1, RunningWorker.PATIENCE);
        assertThat(worker.site().calls()).hasSize(1);
    }

    @Test
    void aMarkerInRedisCountsAsACallback() {
        awaitingCallback("marked");

        worker.redis().setex(RedisKeys.marker(new RevalidationId("marked")), 3600, "1");

        HandshakeView view = worker.awaitEnd("marked");
        assertThat(view.state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view.freshness()).hasValue(Freshness.UNPROVEN);
    }

    @Test
    void aNoToOneJobIsFinal() {
        worker.site().play(Behaviour.healthy().answering(Answer.reject("no such page")));

        worker.publish("rejected");

        HandshakeView view = worker.awaitEnd("rejected");
        assertThat(view.failure()).hasValue(FailureReason.REJECTED);
        assertThat(view.lastError().orElseThrow()).contains("answered 422").contains("no such page");
    }

    @Test
    void afterAFailedAttemptAnotherFollows() {
        worker.site()
                .play(Script.inOrder(
                        Behaviour.healthy().answering(Answer.failure(502)),
                        Behaviour.healthy().answering(Answer.failure(408)),
                        Behaviour.healthy()));

        worker.publish("third-time");

        HandshakeView view = worker.awaitEnd("third-time");
        assertThat(view.state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view.attempts()).isEqualTo(3);
    }

    @Test
    void aSlugThatIsNoPageFailsWithoutACall() {
        worker.redis()
                .rpush(RedisKeys.QUEUE, "{\"revalidation_id\":\"no-page\",\"type\":\"post\",\"slug\":\"../etc\"}");

        HandshakeView view = worker.awaitEnd("no-page");
        assertThat(view.failure()).hasValue(FailureReason.REJECTED);
        assertThat(view.lastError().orElseThrow()).contains("../etc");
        assertThat(worker.site().calls()).isEmpty();
    }

    @Test
    void aJobOfASiteThatIsNotServedHereFailsAndSaysSo() {
        worker.publish("elsewhere", "\"site\":\"shop\"");

        HandshakeView view = worker.awaitEnd("elsewhere");
        assertThat(view.failure()).hasValue(FailureReason.REJECTED);
        assertThat(view.lastError().orElseThrow()).contains("\"shop\"").contains("\"default\"");
        assertThat(worker.site().calls()).isEmpty();
    }

    private static void awaitingCallback(String id) {
        worker.site().play(Behaviour.healthy().callingBack(CallbackTiming.never()));
        worker.publish(id);
        worker.awaitView(id, view -> view.phase() == Phase.AWAITING);
    }
}
