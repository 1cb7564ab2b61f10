package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.store.DeploymentOutcome;
import dev.cachehandshake.protocol.store.DeploymentWord;
import dev.cachehandshake.protocol.store.DeploymentWord.Kind;
import dev.cachehandshake.protocol.store.DueDeployments;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What other hands may have done to the keys of deployments, and a full memory. */
class DeploymentForeignContractTest extends DeploymentsContract {
    @Test
    void oneWhoseDetailsAreForgottenIsNotShown() {
        tell(Kind.FINISHED);
        holds.close(onlyDue(), NOTHING);
        redis.del(DETAILS);

        assertThat(holds.standing("default").deployments()).isEmpty();
    }

    @Test
    void itsDetailsAreGoneAndItIsClosedAllTheSame() {
        tell(Kind.STARTED);
        redis.del(DETAILS);
        assertThat(isHeld()).isTrue();
        clock.step(TAKES);

        DueDeployments.Due due = onlyDue();

        assertThat(due.dueAt()).isEqualTo(clock.instant());
        assertThat(due.since()).isEqualTo(clock.instant().minus(Duration.ofHours(6)));
        assertThat(holds.close(due, NOTHING)).isPresent();
        assertThat(redis.exists(DETAILS, HOLDS)).isZero();
    }

    @Test
    void itsHoldIsGoneAndTheNextWordPutsItBackForNoneMayStayUnclosed() {
        tell(Kind.STARTED);
        redis.del(HOLDS);

        assertThat(tell(Kind.STARTED)).isInstanceOf(DeploymentOutcome.Already.class);
        assertThat(isHeld()).isTrue();
        redis.del(HOLDS);
        tell(Kind.FINISHED);
        assertThat(due()).hasSize(1);
        redis.del(HOLDS);
        tell(Kind.FINISHED);
        assertThat(due()).hasSize(1);
    }

    @Test
    void aKeyOfAnotherTypeInThePlaceOfTheHoldsIsSaidAndLeftAlone() {
        redis.set(HOLDS, "a stranger's");

        for (Kind kind : Kind.values()) {
            assertThat(tell(kind)).isEqualTo(new DeploymentOutcome.Blocked(HOLDS + ", " + DETAILS));
        }

        assertThat(redis.get(HOLDS)).isEqualTo("a stranger's");
        assertThat(redis.exists(DETAILS, LIST)).isZero();
    }

    @Test
    void aKeyOfAnotherTypeInThePlaceOfTheDetailsKeepsNobodyFromClosingIt() {
        redis.set(DETAILS, "a stranger's");
        assertThat(tell(Kind.STARTED)).isInstanceOf(DeploymentOutcome.Blocked.class);
        assertThat(redis.exists(HOLDS)).isZero();
        redis.del(DETAILS);
        tell(Kind.STARTED);
        redis.del(DETAILS);
        redis.set(DETAILS, "a stranger's");
        clock.step(TAKES);

        assertThat(holds.close(onlyDue(), NOTHING)).isPresent();

        assertThat(redis.get(DETAILS)).isEqualTo("a stranger's");
        assertThat(holds.standing("default").deployments()).isEmpty();
    }

    @Test
    void aListOfAnotherTypeKeepsNobodyFromHoldingAndClosing() {
        redis.set(LIST, "a stranger's");

        tell(Kind.STARTED);
        tell(Kind.FINISHED);

        assertThat(holds.close(onlyDue(), NOTHING)).isPresent();
        assertThat(redis.get(LIST)).isEqualTo("a stranger's");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whateverAStrangerHasWrittenIntoTheDetailsItIsTakenAndClosed(Kind kind) {
        for (String rubbish : List.of("nan", "-1", "inf", "1e300", "x", "", "0x10", "12.5")) {
            for (String status : List.of("started", "finishing", "finished", "timed-out", "rubbish")) {
                // given
                redis.flushdb();
                redis.hset(
                        DETAILS,
                        Map.of(
                                "status", status,
                                "since_ms", rubbish,
                                "until_ms", rubbish,
                                "started_at_ms", rubbish,
                                "finishing_at_ms", rubbish,
                                "ended_at_ms", rubbish,
                                "pages", rubbish));
                redis.zadd(HOLDS, (double) clock.millis() - 1, "deployment:d1");
                redis.zadd(LIST, (double) clock.millis() - 1, "d1");

                // when
                assertThat(tell(kind)).isNotInstanceOf(DeploymentOutcome.Blocked.class);
                clock.step(TAKES);

                // then
                assertThat(holds.standing("default").deployments()).hasSize(1);
                due().forEach(due -> assertThat(holds.close(due, NOTHING)).isPresent());
                assertThat(due()).isEmpty();
            }
        }
    }

    @Test
    void fullMemoryKeepsNoWorkerFromClosing() {
        tell(Kind.FINISHED);
        DueDeployments.Due due = onlyDue();
        String most = redis.configGet("maxmemory").get("maxmemory");
        redis.configSet("maxmemory", "1");
        try {
            assertThat(holds.close(due, NOTHING)).isPresent();
        } finally {
            redis.configSet("maxmemory", most);
        }
        assertThat(isHeld()).isFalse();
    }

    @Test
    void anotherSitesDeploymentsAreItsOwn() {
        holds.tell(new DeploymentWord("100%s", "d1", Kind.FINISHED, TAKES, Optional.empty()));

        assertThat(isHeld()).isFalse();
        assertThat(due()).isEmpty();
        DueDeployments.Due due = holds.due("100%s").due().getFirst();
        assertThat(holds.close(due, NOTHING)).isPresent();
        assertThat(holds.standing("100%s").deployments()).hasSize(1);
    }
}
