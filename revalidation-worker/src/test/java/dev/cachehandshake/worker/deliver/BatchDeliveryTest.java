package dev.cachehandshake.worker.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.scriptedtarget.Answer;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.scriptedtarget.Call;
import dev.cachehandshake.scriptedtarget.CallbackTiming;
import dev.cachehandshake.scriptedtarget.Script;
import dev.cachehandshake.worker.HeldCall;
import dev.cachehandshake.worker.RunningWorker;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Our own adapter's protocol, one call at a time, so that what is published during a call goes together in the next. */
@ExtendWith(OutputCaptureExtension.class)
class BatchDeliveryTest {
    @RegisterExtension
    static final RunningWorker worker = RunningWorker.with("handshake.strategies.normal.concurrency=1");

    @Test
    void aHandshakeIsDeliveredConfirmedAndToldOf(CapturedOutput output) {
        // when
        worker.publish("happy", "\"version\":7");

        // then
        HandshakeView view = worker.awaitEnd("happy");
        assertThat(view.state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view.freshness()).hasValue(Freshness.FRESH);
        assertThat(view.attempts()).isEqualTo(1);
        assertThat(view.targets()).singleElement().satisfies(target -> {
            assertThat(target.name()).isEqualTo("nextjs");
            assertThat(target.status()).isEqualTo("fresh");
            assertThat(target.replica()).hasValue("scripted-1");
            assertThat(target.pages().orElseThrow()).contains("/blog/happy").contains("\"version\":7");
        });
        worker.awaitOutput(output, "handshake completed id=happy");
        assertThat(output.getAll().lines())
                .filteredOn(line -> line.contains("handshake completed id=happy"))
                .singleElement()
                .asString()
                .containsPattern("id=happy site=default type=post slug=happy version=7 attempts=1 epoch=1"
                        + " duration_ms=[0-9]+ freshness=fresh");
    }

    @Test
    void theRequestSaysWhatTheSiteHasToKnow() {
        // when
        worker.publish("request", "\"version\":7,\"tags\":[\"posts\"],\"dry_rum\":[{\"x\":1.10}]");
        worker.awaitEnd("request");

        // then
        Call call = worker.site().calls().getFirst();
        ObjectNode body = Json.object(call.body());
        assertThat(body.path("batch_id").textValue()).isEqualTo(call.batchId().orElseThrow());
        assertThat(body.path("site").textValue()).isEqualTo("default");
        assertThat(body.path("target").textValue()).isEqualTo("nextjs");
        assertThat(body.path("handshakes")).hasSize(1);
        assertThat(Json.write(body.path("handshakes").get(0)))
                .contains("\"revalidation_id\":\"request\"", "\"version\":7", "\"action\":\"updated\"")
                .contains("\"paths\":[\"/blog/request\",\"/blog\"]", "\"tags\":[\"posts\"]")
                .as("unknown fields reach the site")
                .contains("\"dry_rum\":[{\"x\":1.10}]");
    }

    @Test
    void withoutAVersionItCompletesUnproven(CapturedOutput output) {
        worker.publish("unversioned");

        HandshakeView view = worker.awaitEnd("unversioned");
        assertThat(view.state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view.freshness()).hasValue(Freshness.UNPROVEN);
        worker.awaitOutput(output, "handshake completed id=unversioned");
        assertThat(output).contains("slug=unversioned attempts=1").contains("freshness=unproven");
    }

    @Test
    void aDeletedEntryIsFreshWhenItsPageIsGone() {
        worker.publish("deleted", "\"version\":8,\"action\":\"deleted\"");

        HandshakeView view = worker.awaitEnd("deleted");
        assertThat(view.state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view.freshness()).hasValue(Freshness.FRESH);
        assertThat(view.targets().getFirst().pages().orElseThrow()).contains("404");
    }

    @Test
    void whatWaitsDuringACallGoesTogetherInTheNextInItsOrder() {
        List<String> ids = ids("together", 20);

        // when
        HeldCall.batch(worker, Script.always(Behaviour.healthy()), () -> ids.forEach(worker::publish));
        ids.forEach(worker::awaitEnd);

        // then
        assertThat(worker.site().calls()).hasSize(2);
        assertThat(worker.site().calls().getLast().ids())
                .extracting(Object::toString)
                .isEqualTo(ids);
    }

    @Test
    void theSiteMayRejectOneOfABatch(CapturedOutput output) {
        // given
        Behaviour picky =
                Behaviour.healthy().answering(new Answer.Reject(id -> id.value().equals("picky-1"), "no such page"));

        // when
        HeldCall.batch(worker, Script.always(picky), () -> ids("picky", 3).forEach(worker::publish));

        // then
        HandshakeView rejected = worker.awaitEnd("picky-1");
        assertThat(rejected.state()).isEqualTo(HandshakeState.FAILED);
        assertThat(rejected.failure()).hasValue(FailureReason.REJECTED);
        assertThat(rejected.lastError()).hasValue("the site rejected it: no such page");
        assertThat(worker.awaitEnd("picky-0").state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(worker.awaitEnd("picky-2").state()).isEqualTo(HandshakeState.COMPLETED);
        worker.awaitOutput(output, "handshake failed for good id=picky-1");
        assertThat(output.getAll().lines())
                .filteredOn(line -> line.contains("handshake failed for good id=picky-1"))
                .singleElement()
                .asString()
                .contains("ERROR")
                .containsPattern("site=default type=post slug=picky-1 attempts=1 epoch=[0-9]+ duration_ms=[0-9]+"
                        + " reason=rejected error=\"the site rejected it: no such page\"");
    }

    @Test
    void aYesWithoutAWordOnEachIsNoYes() {
        worker.site()
                .play(Behaviour.healthy().answering(Answer.withoutResults()).callingBack(CallbackTiming.never()));

        worker.publish("wordless", "\"version\":1");

        HandshakeView view = worker.awaitEnd("wordless");
        assertThat(view.failure()).hasValue(FailureReason.EXHAUSTED);
        assertThat(view.lastError().orElseThrow())
                .contains("answered 200")
                .contains("handshake.target.protocol=single");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 500})
    void onePoisonFailsAloneAndAllOthersComplete(int status) {
        // given
        String poison = "poison" + status + "-13";
        List<String> ids = ids("poison" + status, 40);
        Script chokes = call -> call.ids().stream().anyMatch(id -> id.value().equals(poison))
                ? Behaviour.healthy().answering(Answer.failure(status))
                : Behaviour.healthy();

        // when
        HeldCall.batch(worker, chokes, () -> ids.forEach(worker::publish));

        // then
        HandshakeView failed = worker.awaitEnd(poison);
        assertThat(failed.state()).isEqualTo(HandshakeState.FAILED);
        assertThat(failed.failure()).hasValue(status == 500 ? FailureReason.EXHAUSTED : FailureReason.REJECTED);
        assertThat(failed.attempts()).isEqualTo(status == 500 ? 3 : 1);
        assertThat(failed.lastError().orElseThrow()).contains("answered " + status);
        ids.stream().filter(id -> !id.equals(poison)).forEach(id -> {
            HandshakeView view = worker.awaitEnd(id);
            assertThat(view.state()).as(id).isEqualTo(HandshakeState.COMPLETED);
            assertThat(view.attempts()).as("attempts of %s", id).isEqualTo(1);
        });
        Call largest = worker.site().calls().stream()
                .max(Comparator.comparingInt(Call::size))
                .orElseThrow();
        assertThat(largest.size()).isEqualTo(40);
    }

    @Test
    void aSiteThatAlwaysBreaksExhaustsTheAttempts(CapturedOutput output) {
        // given
        worker.site().play(Behaviour.healthy().answering(Answer.failure(500)));

        // when
        worker.publish("exhausted", "\"version\":1");

        // then
        HandshakeView view = worker.awaitEnd("exhausted");
        assertThat(view.state()).isEqualTo(HandshakeState.FAILED);
        assertThat(view.failure()).hasValue(FailureReason.EXHAUSTED);
        assertThat(view.attempts()).isEqualTo(3);
        assertThat(worker.site().calls()).hasSize(3);
        worker.awaitOutput(output, "reason=exhausted error=\"the site answered 500: ");
    }

    @Test
    void aBatchThatIsBrokenAllOverIsNotTakenApartToTheLast() {
        // given
        List<String> ids = ids("broken", 64);
        Script breaks = Script.always(Behaviour.healthy().answering(Answer.failure(500)));

        // when
        HeldCall.batch(worker, breaks, () -> ids.forEach(worker::publish));
        ids.forEach(worker::awaitEnd);

        // then
        assertThat(ids).allSatisfy(id -> {
            assertThat(worker.view(id).failure()).hasValue(FailureReason.EXHAUSTED);
            assertThat(worker.view(id).attempts()).isEqualTo(3);
        });
        assertThat(worker.site().calls().size()).as("of 64 x 3 without a bound").isLessThan(120);
    }

    @Test
    void theSitesWishToWaitIsHonoured() {
        // given
        worker.site()
                .play(Script.inOrder(
                        Behaviour.healthy().answering(Answer.failure(503, Duration.ofSeconds(1))),
                        Behaviour.healthy()));

        // when
        worker.publish("wish");
        worker.awaitEnd("wish");

        // then
        List<Call> calls = worker.site().calls();
        assertThat(Duration.ofNanos(
                        calls.getLast().arrivedAtNanos() - calls.getFirst().arrivedAtNanos()))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(worker.view("wish").attempts()).isEqualTo(2);
    }

    private static List<String> ids(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> name + "-" + i).toList();
    }

    @Test
    void aCallNamesAThousandPagesAtMost() {
        // given two that go together in a call by their number, and not by their pages
        String pages = IntStream.range(0, 700).mapToObj(i -> "\"/p/" + i + "\"").collect(Collectors.joining(","));

        // when
        HeldCall.batch(worker, Script.always(Behaviour.healthy()), () -> {
            worker.publish("large-1", "\"version\":1,\"paths\":[" + pages + "]");
            worker.publish("large-2", "\"version\":1,\"paths\":[" + pages + "]");
            worker.publish("small", "\"version\":1");
        });

        // then
        List.of("large-1", "large-2", "small")
                .forEach(id -> assertThat(worker.awaitEnd(id).state()).isEqualTo(HandshakeState.COMPLETED));
        List<Call> calls = worker.site().calls();
        assertThat(calls.stream().skip(1).map(call -> call.ids().toString()))
                .containsExactly("[large-1]", "[large-2, small]");
        assertThat(calls.get(2).batchId().orElseThrow())
                .startsWith(calls.get(1).batchId().orElseThrow() + ".");
    }
}
