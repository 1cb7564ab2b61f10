package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.wire.JobJson;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a publisher that knows nothing of the referee puts into the queue. */
class ClaimForeignContractTest extends RefereeContract {
    private static final String ODD_JOB =
            " {\"slug\" : \"my-post\", \"extra\":{\"big\":12345678901234567890,\"list\":[],"
                    + "\"map\":{},\"price\":1.10},\n\"type\":\"post\",\"revalidation_id\":\"f\", \"dependencies\": [\"blog\",\"\"] } ";

    @Test
    void aJobIsAdoptedBeforeItsHashWasWritten() {
        foreignPush(Jobs.json("f", "my-post", ""));

        Claimed claimed = claimOne("f");

        assertThat(claimed.foreign()).isTrue();
        assertThat(claimed.attempts()).isEqualTo(1);
        assertThat(claimed.lease().epoch()).isEqualTo(1);
        assertThat(claimed.acceptedAtMs()).isEqualTo(clock.millis());
        assertThat(hash("f"))
                .containsEntry("state", "pending")
                .containsEntry("attempts", "1")
                .containsEntry("created_at", Long.toString(clock.millis() / 1000))
                .containsEntry("foreign", "1")
                .containsEntry("type", "post")
                .containsEntry("slug", "my-post");
        assertThat(phase("f")).isEqualTo(Phase.LEASED);
    }

    @Test
    void aJobIsAdoptedAfterItsHashWasWritten() {
        foreignPush(Jobs.json("f", "f", ""));
        foreignHash("f");

        assertThat(claimOne("f").foreign()).isTrue();
        assertThat(hash("f")).containsEntry("created_at", "1").containsEntry("attempts", "1");
    }

    @Test
    void itsJsonIsKeptByteForByte() {
        foreignPush(ODD_JOB);

        assertThat(claimOne("f").job()).isEqualTo(ODD_JOB);
        assertThat(view("f").job()).hasValue(ODD_JOB);
    }

    @Test
    void itsJsonIsStillTheSameAfterARetryAndARescue() {
        foreignPush(ODD_JOB);
        settle(claimOne("f").lease(), retry());
        sweepAfter(DELAY);
        assertThat(queue()).containsExactly("{\"seq\":1," + ODD_JOB.strip().substring(1) + " ");

        assertThat(claimOne("f").job()).isEqualTo(ODD_JOB);
        sweepAfter(LEASE);
        Claimed again = claimOne("f");
        assertThat(again.job()).isEqualTo(ODD_JOB);
        assertThat(again.foreign()).as("adopted once").isFalse();
    }

    @Test
    void aVersionIsKeptOnlyWhereItIsExact() {
        foreignPush(Jobs.json("small", "s", ",\"version\":9007199254740991"));
        foreignPush(Jobs.json("big", "s", ",\"version\":9007199254740993"));
        foreignPush(Jobs.json("text", "s", ",\"version\":\"9007199254740993\""));
        foreignPush(Jobs.json("fraction", "s", ",\"version\":1.5"));

        Claim claim = claim(10);

        assertThat(view("small").version()).hasValue("9007199254740991");
        assertThat(view("big").version()).isEmpty();
        assertThat(view("text").version()).hasValue("9007199254740993");
        assertThat(view("fraction").version()).isEmpty();
        assertThat(JobJson.read(claim.handshakes().get(1).job())
                        .version()
                        .orElseThrow()
                        .text())
                .isEqualTo("9007199254740993");
    }

    @Test
    void membersOfTheWrongTypeAreNoReasonToRefuseIt() {
        foreignPush("{\"revalidation_id\":\"f\",\"type\":7,\"slug\":null,\"site\":[],\"version\":{}}");

        claimOne("f");

        assertThat(hash("f")).doesNotContainKeys("type", "slug", "version").containsEntry("site", "default");
    }

    @Test
    void twoElementsOfOneIdAreAdoptedOnce() {
        foreignPush(Jobs.json("f", "f", ""));
        foreignPush(Jobs.json("f", "f", ""));

        Claim claim = claim(10);

        assertThat(claim.handshakes()).hasSize(1);
        assertThat(claim.ghosts()).isEqualTo(1);
    }

    @Test
    void anElementOfOneThatIsQueuedIsAHintForIt() {
        publish("a");
        foreignPush(Jobs.json("a", "a", ",\"other\":true"));
        redis.lpop(RedisKeys.QUEUE);

        Claimed claimed = claimOne("a");

        assertThat(claimed.foreign()).isFalse();
        assertThat(claimed.job()).isEqualTo(Jobs.post("a").json());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "",
                "{\"revalidation_id\":\"f\"",
                "[{\"revalidation_id\":\"f\"}]",
                "\"f\"",
                "7",
                "null",
                "{}",
                "{\"type\":\"post\",\"slug\":\"s\"}",
                "{\"revalidation_id\":7}",
                "{\"revalidation_id\":null}",
                "{\"revalidation_id\":\"\"}",
                "{\"revalidation_id\":[\"f\"]}",
                "{\"revalidation_id\":\"a\\u0000b\"}",
                "{\"revalidation_id\":\"a\\nb\"}",
                "{\"revalidation_id\":\"a\\u007fb\"}",
                "{\"revalidation_id\":\"a\\u0085b\"}",
            })
    void whatIsNoJobGoesToPoisonAndStopsNothing(String element) {
        publish("before");
        foreignPush(element);
        publish("after");

        Claim claim = claim(10);

        assertThat(claim.handshakes())
                .extracting(claimed -> claimed.lease().id().value())
                .containsExactly("before", "after");
        assertThat(claim.poison()).singleElement().satisfies(poison -> {
            assertThat(poison.reason()).isNotBlank();
            assertThat(poison.excerpt()).isEqualTo(element);
        });
        assertThat(redis.lrange(RedisKeys.POISON, 0, -1)).containsExactly(element);
        assertThat(store.census().poison()).isEqualTo(1);
        assertThat(queue()).isEmpty();
    }

    @Test
    void anIdThatIsTooLongIsPoison() {
        foreignPush(Jobs.json("x".repeat(200), "s", ""));
        foreignPush(Jobs.json("x".repeat(201), "s", ""));

        Claim claim = claim(10);

        assertThat(claim.handshakes()).hasSize(1);
        assertThat(claim.poison()).hasSize(1);
        assertThat(claim.poison().getFirst().excerpt()).hasSize(200);
    }

    @Test
    void anIdThatIsNotUtf8IsPoison() {
        redis.eval(
                "return redis.call('RPUSH', KEYS[1], '{\"revalidation_id\":\"a' .. string.char(233) .. 'b\"}')",
                io.lettuce.core.ScriptOutputType.INTEGER,
                RedisKeys.QUEUE);
        publish("after");

        Claim claim = claim(10);

        assertThat(claim.handshakes()).hasSize(1);
        assertThat(claim.poison()).hasSize(1);
    }

    @Test
    void anIdWhoseStatusKeyIsNoHashIsPoison() {
        redis.set(statusKey("f"), "a text");
        foreignPush(Jobs.json("f", "f", ""));
        publish("a");

        Claim claim = claim(10);

        assertThat(claim.handshakes()).hasSize(1);
        assertThat(claim.poison())
                .singleElement()
                .satisfies(poison -> assertThat(poison.reason()).contains("not a hash"));
        assertThat(redis.get(statusKey("f"))).isEqualTo("a text");
    }

    @Test
    void poisonKeepsTheLastThousand() {
        redis.rpush(RedisKeys.QUEUE, Collections.nCopies(999, "junk").toArray(String[]::new));
        foreignPush("first of the rest");
        foreignPush("second of the rest");

        claim(600);
        claim(600);

        List<String> poison = redis.lrange(RedisKeys.POISON, 0, -1);
        assertThat(poison).hasSize(1000);
        assertThat(poison.getLast()).isEqualTo("second of the rest");
        assertThat(store.census().poison()).isEqualTo(1001);
    }

    @Test
    void aPoppedElementThatIsNoJobIsPoisonToo() {
        publish("a");

        Claim claim = claim(10, java.util.Optional.of(new dev.cachehandshake.protocol.store.Popped("junk")));

        assertThat(claim.poison()).hasSize(1);
        assertThat(claim.handshakes()).hasSize(1);
        assertThat(claim.looked()).isEqualTo(2);
    }

    @Test
    void anAdoptedJobIsCountedAndCovered() {
        foreignPush(Jobs.json("f", "f", ""));
        claimOne("f");
        assertThat(store.census().byState()).containsEntry(HandshakeState.PENDING, 1L);

        assertThat(sweepAfter(LEASE).rescues()).hasSize(1);
        assertThat(claimOne("f").lost()).isEqualTo(1);
    }

    @Test
    void whatAStrangerPutWhereTheRefereeKeepsItsOwnIsNotTrusted() {
        foreignPush(Jobs.json("f", "f", ""));
        foreignPush(Jobs.json("g", "g", ""));
        redis.hset(
                statusKey("f"),
                Map.of(
                        "phase",
                        "queued",
                        "epoch",
                        "7",
                        "lost",
                        "4",
                        "misses",
                        "x",
                        "version",
                        "9",
                        "proof",
                        "required"));
        redis.hset(statusKey("g"), Map.of("phase", "nonsense", "failure", "x"));

        assertThat(view("g").phase()).isEqualTo(Phase.QUEUED);
        Claim claim = claim(2);

        assertThat(ids(claim)).containsExactly("f", "g");
        assertThat(claim.handshakes().getFirst().lease().epoch()).isEqualTo(1);
        assertThat(claim.handshakes().getFirst().lost()).isZero();
        assertThat(claim.handshakes().getFirst().misses()).isZero();
        assertThat(view("f").version()).isEmpty();
        assertThat(view("g").failure()).isEmpty();
    }

    @Test
    void anExpiryThatAStrangerSetIsTakenAway() {
        foreignPush(Jobs.json("f", "f", ""));
        redis.hset(statusKey("f"), "state", "pending");
        redis.expire(statusKey("f"), 60);

        Lease lease = claimOne("f").lease();
        assertThat(redis.ttl(statusKey("f"))).isEqualTo(-1);

        redis.expire(statusKey("f"), 60);
        settle(lease, retry());
        assertThat(redis.ttl(statusKey("f"))).isEqualTo(-1);
    }

    @Test
    void aVersionThatTheHashCannotKeepIsStillToBeProven() {
        // given a snowflake id, which has more digits than a Lua number
        foreignPush(Jobs.json("f", "f", ",\"version\":1700000000000000001"));
        Lease first = claimOne("f").lease();
        mark("f");

        // when the lease is lost, so that nobody has said yet what the target needs
        assertThat(sweepAfter(LEASE).endings()).isEmpty();
        assertThat(view("f").phase()).isEqualTo(Phase.QUEUED);

        // then
        Lease second = claimOne("f").lease();
        assertThat(second.epoch()).isEqualTo(first.epoch() + 1);
        settle(second, new Settlement.Retry("answered 503", DELAY, MAX_ATTEMPTS, true));
        assertThat(sweepAfter(DELAY).endings()).isEmpty();
    }

    @Test
    void oneWithAnOpaqueVersionIsListedUnderItsEntry() {
        foreignPush(Jobs.json("f", "same", ",\"version\":\"hash-1\""));
        claimOne("f");
        foreignPush(Jobs.json("number", "same", ",\"version\":\"7\""));
        claimOne("number");
        foreignPush(Jobs.json("time", "same", ",\"version\":\"2026-01-31T12:00:00Z\""));
        claimOne("time");
        publish(Jobs.post("ours", "same", "\"hash-2\""));

        assertThat(store.successorsOf(view("f")))
                .extracting(view -> view.id().value())
                .containsExactly("ours");
    }

    @Test
    void anEmptyElementThatWasPoppedIsPoisonToo() {
        redis.rpush(RedisKeys.QUEUE, "");

        Claim claim = claim(2, pop(RedisKeys.QUEUE));

        assertThat(claim.poison()).hasSize(1);
        assertThat(redis.lrange(RedisKeys.POISON, 0, -1)).containsExactly("");
    }
}
