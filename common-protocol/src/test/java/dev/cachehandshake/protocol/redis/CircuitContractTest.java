package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.protocol.store.Circuit;
import dev.cachehandshake.protocol.store.CircuitChange;
import dev.cachehandshake.protocol.store.CircuitState;
import dev.cachehandshake.protocol.store.CircuitStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The breaker of a target as all workers see it; what is open ends by the server's own time, which no test steps. */
class CircuitContractTest extends RefereeContract {
    private static final Circuit NEXTJS = new Circuit("default", "nextjs");
    private static final String OPEN = "circuit:open:nextjs";
    private static final String FAILURES = "circuit:failures:nextjs";
    private static final String PROBE = "circuit:probe:nextjs";
    private static final int MOST = 3;
    private static final Duration OPEN_FOR = Duration.ofMinutes(5);

    private final CircuitStore circuits =
            new LettuceCircuits(SERVER.connection(), RefereeTime.of(clock), Retention.DEFAULT, new OutageLog());

    private CircuitChange failed() {
        return circuits.failed(NEXTJS, "the site answered 503", MOST, OPEN_FOR);
    }

    private void openByFailures() {
        for (int i = 0; i < MOST; i++) {
            failed();
        }
        assertThat(circuits.read(NEXTJS)).isInstanceOf(CircuitState.Open.class);
    }

    // --- failures ---

    @Test
    void aTargetThatNobodyHasCalledIsClosed() {
        assertThat(circuits.read(NEXTJS)).isEqualTo(new CircuitState.Closed(0));
        assertThat(redis.keys("*")).isEmpty();
    }

    @Test
    void theLastOfTooManyFailuresInARowOpensIt() {
        // given
        assertThat(failed()).isEqualTo(new CircuitChange(false, new CircuitState.Closed(1)));
        assertThat(failed()).isEqualTo(new CircuitChange(false, new CircuitState.Closed(2)));

        // when
        CircuitChange last = failed();

        // then
        assertThat(last.happened()).isTrue();
        assertThat(last.now()).isInstanceOfSatisfying(CircuitState.Open.class, open -> {
            assertThat(open.failures()).isEqualTo(3);
            assertThat(open.left().orElseThrow()).isBetween(Duration.ofSeconds(290), OPEN_FOR);
            assertThat(open.reason()).hasValue("the site answered 503");
            assertThat(open.probe()).isFalse();
        });
        assertThat(redis.get(OPEN)).isEqualTo("failures");
        assertThat(redis.pttl(OPEN)).isBetween(290_000L, 300_000L);
        assertThat(redis.get(FAILURES)).isEqualTo("3");
        assertThat(redis.ttl(FAILURES)).isBetween(3_590L, 3_600L);
    }

    @Test
    void aFailureWhileItIsOpenCountsAndProlongsNothing() {
        // given
        openByFailures();
        redis.pexpire(OPEN, 60_000);

        // when
        CircuitChange another = failed();

        // then
        assertThat(another.happened()).isFalse();
        assertThat(another.now().failures()).isEqualTo(4);
        assertThat(redis.pttl(OPEN)).isLessThanOrEqualTo(60_000);
    }

    @Test
    void eachFailureKeepsTheCountForAnotherHour() {
        failed();
        redis.expire(FAILURES, 60);

        failed();

        assertThat(redis.ttl(FAILURES)).isGreaterThan(3_590);
    }

    @Test
    void whenItsTimeIsOverItIsClosedAndOneMoreFailureOpensItAgain() {
        // given
        openByFailures();

        // when
        redis.pexpire(OPEN, 1);
        await().until(() -> redis.exists(OPEN) == 0);

        // then
        assertThat(circuits.read(NEXTJS)).isEqualTo(new CircuitState.Closed(3));
        assertThat(failed().happened()).isTrue();
    }

    @Test
    void ofManyWhoseCallsFailAtTheSameTimeOneOpensIt() throws InterruptedException, ExecutionException {
        // given
        List<Callable<CircuitChange>> calls = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            calls.add(this::failed);
        }
        List<CircuitChange> changes = new ArrayList<>();

        // when
        try (ExecutorService workers = Executors.newFixedThreadPool(8)) {
            for (Future<CircuitChange> change : workers.invokeAll(calls)) {
                changes.add(change.get());
            }
        }

        // then
        assertThat(changes).filteredOn(CircuitChange::happened).hasSize(1);
        assertThat(circuits.read(NEXTJS).failures()).isEqualTo(40);
    }

    @Test
    void eachTargetOfEachSiteHasItsOwn() {
        openByFailures();

        assertThat(circuits.read(new Circuit("default", "10.0.0.7:3000"))).isEqualTo(new CircuitState.Closed(0));
        assertThat(circuits.read(new Circuit("shop", "nextjs"))).isEqualTo(new CircuitState.Closed(0));
        circuits.forceOpen(new Circuit("shop", "nextjs"), Optional.empty(), Optional.empty());
        assertThat(redis.get("circuit:open:shop:nextjs")).isEqualTo("forced");
    }

    // --- calls that go well ---

    @Test
    void aCallThatGoesWellBreaksTheRow() {
        // given
        failed();
        failed();

        // when
        CircuitChange well = circuits.ok(NEXTJS);

        // then
        assertThat(well).isEqualTo(new CircuitChange(false, new CircuitState.Closed(0)));
        assertThat(failed().now()).isEqualTo(new CircuitState.Closed(1));
    }

    @Test
    void aCallThatGoesWellClosesItAndFreesTheProbe() {
        // given
        openByFailures();
        redis.psetex(PROBE, 5_000, "nonce");

        // when
        CircuitChange well = circuits.ok(NEXTJS);

        // then
        assertThat(well).isEqualTo(new CircuitChange(true, new CircuitState.Closed(0)));
        assertThat(redis.keys("*")).isEmpty();
        assertThat(circuits.ok(NEXTJS).happened()).as("told once").isFalse();
    }

    @Test
    void whatAnOperatorHasOpenedACallDoesNotClose() {
        // given
        failed();
        circuits.forceOpen(NEXTJS, Optional.empty(), Optional.of("the CMS moves"));

        // when
        CircuitChange well = circuits.ok(NEXTJS);

        // then
        assertThat(well)
                .isEqualTo(new CircuitChange(
                        false, new CircuitState.Forced(0, Optional.empty(), Optional.of("the CMS moves"))));
    }

    // --- operators ---

    @Test
    void withoutAnEndItStaysOpen() {
        // when
        CircuitChange forced = circuits.forceOpen(NEXTJS, Optional.empty(), Optional.empty());

        // then
        assertThat(forced)
                .isEqualTo(new CircuitChange(true, new CircuitState.Forced(0, Optional.empty(), Optional.empty())));
        assertThat(redis.ttl(OPEN)).isEqualTo(-1);
        failed();
        failed();
        assertThat(failed().now()).isInstanceOf(CircuitState.Forced.class);
    }

    @Test
    void theLatestWordOfAnOperatorCounts() {
        // given
        openByFailures();
        circuits.forceOpen(NEXTJS, Optional.empty(), Optional.of("why not"));

        // when
        CircuitChange again = circuits.forceOpen(NEXTJS, Optional.of(Duration.ofMinutes(10)), Optional.empty());

        // then
        assertThat(again.happened()).as("it was open").isFalse();
        assertThat(again.now()).isInstanceOfSatisfying(CircuitState.Forced.class, forced -> {
            assertThat(forced.failures()).isEqualTo(3);
            assertThat(forced.left().orElseThrow()).isBetween(Duration.ofSeconds(590), Duration.ofMinutes(10));
            assertThat(forced.reason()).isEmpty();
        });
        assertThat(redis.get(OPEN)).isEqualTo("forced");
    }

    @Test
    void closedByHandNothingIsLeftOfIt() {
        // given
        openByFailures();
        circuits.forceOpen(NEXTJS, Optional.empty(), Optional.of("why not"));
        redis.psetex(PROBE, 5_000, "nonce");

        // when
        CircuitChange closed = circuits.forceClosed(NEXTJS);

        // then
        assertThat(closed).isEqualTo(new CircuitChange(true, new CircuitState.Closed(0)));
        assertThat(redis.keys("*")).isEmpty();
        assertThat(circuits.forceClosed(NEXTJS).happened()).isFalse();
    }

    @Test
    void aLongReasonIsCutBetweenCharacters() {
        circuits.forceOpen(NEXTJS, Optional.empty(), Optional.of("😀".repeat(501)));

        assertThat(redis.get("circuit:reason:nextjs")).isEqualTo("😀".repeat(500));
    }

    // --- strangers ---

    @ParameterizedTest
    @ValueSource(strings = {OPEN, FAILURES, PROBE, "circuit:reason:nextjs"})
    void aKeyOfAnotherTypeInAPlaceOfOursStopsNobody(String key) {
        // given
        redis.lpush(key, "a stranger's");

        // when
        assertThat(circuits.read(NEXTJS)).isEqualTo(new CircuitState.Closed(0));
        openByFailures();

        // then
        assertThat(circuits.ok(NEXTJS)).isEqualTo(new CircuitChange(true, new CircuitState.Closed(0)));
        assertThat(redis.keys("*")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "many", "1.5", "nan", "9223372036854775807"})
    void aCountThatIsNoneBeginsAnew(String stranger) {
        redis.set(FAILURES, stranger);

        assertThat(failed().now()).isEqualTo(new CircuitState.Closed(1));
    }

    @Test
    void aCountThatIsTooLargeForAnybodyIsReadAsALargeOne() {
        redis.set(FAILURES, "99999999999999");

        assertThat(circuits.read(NEXTJS).failures()).isEqualTo(1_000_000_000);
        assertThat(failed().now().failures()).isEqualTo(1_000_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "", "open"})
    void whatSomebodyElseHasOpenedIsClosedByACallThatGoesWell(String value) {
        // given
        redis.set(OPEN, value);
        assertThat(circuits.read(NEXTJS))
                .isEqualTo(new CircuitState.Open(0, Optional.empty(), Optional.empty(), false));

        // when, then
        assertThat(circuits.ok(NEXTJS).happened()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\nb", "ä"})
    void aNameThatNoTargetCanHaveIsRefused(String target) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Circuit("default", target));
    }
}
