package dev.cachehandshake.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.scriptedtarget.Answer;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.scriptedtarget.Call;
import dev.cachehandshake.worker.RunningWorker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A job that two workers died of may kill this one too, and must not take others along time after time. */
class SuspectTest {
    private static final Duration ANSWER_TAKES = Duration.ofMillis(200);

    @RegisterExtension
    static final RunningWorker worker =
            RunningWorker.with("handshake.target.protocol=single", "handshake.strategies.normal.concurrency=4");

    @Test
    void noOtherCallIsUnderWayBesideIt() {
        // given calls that would go side by side, and one among them that has cost two leases
        List<String> ids = List.of("a", "b", "c", "suspect", "d", "e", "f");
        worker.site().play(Behaviour.healthy().answering(Answer.slowly(ANSWER_TAKES)));
        worker.stopWorker();
        ids.forEach(worker::publish);
        worker.redis().hset(RedisKeys.status(new RevalidationId("suspect")), "lost", "2");

        // when
        worker.startWorker();

        // then
        ids.forEach(id -> assertThat(worker.awaitEnd(id).state()).isEqualTo(HandshakeState.COMPLETED));
        Call suspect = callFor("suspect");
        assertThat(ids)
                .filteredOn(id -> !id.equals("suspect"))
                .allSatisfy(id -> assertThat(Math.abs(callFor(id).arrivedAtNanos() - suspect.arrivedAtNanos()))
                        .isGreaterThanOrEqualTo(ANSWER_TAKES.toNanos()));
    }

    private static Call callFor(String id) {
        return worker.site().calls().stream()
                .filter(call -> call.ids().contains(new RevalidationId(id)))
                .findFirst()
                .orElseThrow();
    }
}
