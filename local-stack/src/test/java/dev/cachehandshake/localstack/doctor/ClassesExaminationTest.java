package dev.cachehandshake.localstack.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.protocol.store.Claim;
import io.lettuce.core.ScoredValue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** The lists of each class and their indexes, and handshakes that wait for one another. */
class ClassesExaminationTest extends ExaminationContract {
    static final List<QueueList> EACH_LIST = QueueList.ALL;

    private void oneInEachList() {
        for (DeliveryClass of : DeliveryClass.values()) {
            REFEREE.handBack(REFEREE.claim(of + "-returned", of));
            REFEREE.publish(of + "-queued", of);
        }
    }

    /** Three edits of a page that waited together, of which the last is delivered: the first two are leased as well. */
    private Claim claimOfThreeEdits(DeliveryClass of) {
        for (String id : List.of("first", "second", "last")) {
            REFEREE.edit(id, of, Duration.ofMinutes(1));
        }
        redis.zadd(RedisKeys.DEADLINES, 1, "last");
        REFEREE.sweep();
        return REFEREE.claim(1, Optional.empty(), List.of(of));
    }

    @Test
    void whatWaitsInTheListsOfEachClassIsHealthyAndShown() throws InterruptedException {
        // given
        oneInEachList();

        // when
        Diagnosis diagnosis = examine();

        // then
        assertThat(diagnosis.findings()).as(textOf(diagnosis)).isEmpty();
        assertThat(QueueList.ALL)
                .hasSize(6)
                .allSatisfy(list -> assertThat(diagnosis.list(list)).isEqualTo(new ListSeen(1, 1, 0, 0, 0)));
        String lists = Stream.of(
                        "urgent queue   ",
                        "urgent returns ",
                        "queue          ",
                        "returns        ",
                        "low queue      ",
                        "low returns    ")
                .map(title -> title + "1 element: waiting 1, foreign 0, ghosts (harmless) 0, no jobs 0\n")
                .collect(Collectors.joining());
        assertThat(textOf(diagnosis))
                .contains(lists
                        + "indexes        urgent queue 1, urgent returns 1, queue 1, returns 1, low queue 1, low returns 1,"
                        + " deadlines 0, failed 0\n");
    }

    @Test
    void whereNothingWaitsOnlyTheListsOfTheNormalClassAreShown() throws InterruptedException {
        REFEREE.publish("a");

        assertThat(textOf(examine()))
                .contains(
                        "queue       1 element: waiting 1",
                        "returns     0 elements",
                        "indexes     queue 1, returns 0, ")
                .doesNotContain("urgent", "low ");
    }

    @ParameterizedTest
    @FieldSource("EACH_LIST")
    void anIndexEntryWithoutAHashIsFoundInTheIndexOfEachList(QueueList list) throws InterruptedException {
        redis.zadd(list.index(), 1, "gone");

        assertFound(Fault.HASHLESS, "gone");
        assertThat(finding().items().getFirst().detail()).endsWith(list.title());
    }

    @ParameterizedTest
    @FieldSource("EACH_LIST")
    void whatIsInNoIndexThoughItsElementIsListedIsLost(QueueList list) throws InterruptedException {
        // given
        oneInEachList();
        String id = redis.zrange(list.index(), 0, 0).getFirst();
        redis.zrem(list.index(), id);

        // then
        assertFound(Fault.LOST, id);
        obey(finding());
        REFEREE.sweep();
        assertHealthy();
    }

    @ParameterizedTest
    @FieldSource("EACH_LIST")
    void onlyTheIndexOfTheListThatItLiesInFits(QueueList list) throws InterruptedException {
        // given one of each other list, which has strayed into this one's index
        oneInEachList();
        String own = redis.zrange(list.index(), 0, 0).getFirst();
        for (QueueList other : QueueList.ALL) {
            if (!other.equals(list)) {
                ScoredValue<String> strayed = redis.zpopmin(other.index());
                redis.zadd(list.index(), 1e6 + strayed.getScore(), strayed.getValue());
            }
        }

        // then
        Finding finding = finding();
        assertThat(finding.fault()).isEqualTo(Fault.MISPLACED);
        assertThat(finding.items()).hasSize(5).allSatisfy(item -> {
            assertThat(item.subject()).isNotEqualTo(own);
            assertThat(item.detail()).endsWith(list.title());
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatIsInTheIndexesOfTwoClassesIsMisplaced(DeliveryClass of) throws InterruptedException {
        REFEREE.publish("a", of);
        for (DeliveryClass other : DeliveryClass.values()) {
            redis.zadd(RedisKeys.queued(other), 1, "a");
        }

        assertFound(Fault.MISPLACED, "a");
        assertThat(finding().items().getFirst().detail())
                .endsWith("in the index of the urgent queue, in the index of the queue, in the index of the low queue");
    }

    @ParameterizedTest
    @FieldSource("EACH_LIST")
    void aForeignJobThatWaitsInAnyListIsNotLost(QueueList list) throws InterruptedException {
        // given
        for (String id : List.of("waits", "lost")) {
            redis.hset(RedisKeys.status(id), Map.of("state", "pending", "attempts", "0", "created_at", "1"));
        }
        redis.rpush(list.list(), Referee.json("waits", ""));

        // then
        assertFound(Fault.FOREIGN_LOST, "lost");
    }

    @ParameterizedTest
    @EnumSource
    void anEditThatWaitsForItsPageToBeQuietIsHealthy(DeliveryClass of) throws InterruptedException {
        // given
        REFEREE.edit("a", of, Duration.ofMinutes(1));
        REFEREE.edit("b", of, Duration.ofMinutes(1));

        // then
        Diagnosis diagnosis = examine();
        assertThat(diagnosis.findings()).as(textOf(diagnosis)).isEmpty();
        assertThat(diagnosis.oldest().orElseThrow().phase()).isEqualTo("retry");
        assertThat(diagnosis.tally().pending()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void whatAnotherOneCoversIsHealthyUntilItsEnd(DeliveryClass of) throws InterruptedException {
        // given
        Claim claim = claimOfThreeEdits(of);
        assertThat(claim.beside()).hasSize(2);
        assertHealthy();
        claim.beside().forEach(REFEREE::cover);

        // then while the last one is delivered
        assertThat(covered()).containsExactly("first", "second");
        assertHealthy();

        // and then
        REFEREE.confirm("last");
        assertHealthy();
        REFEREE.sweep();
        Diagnosis diagnosis = examine();
        assertThat(diagnosis.findings()).as(textOf(diagnosis)).isEmpty();
        assertThat(diagnosis.states()).isEqualTo(Map.of("completed", 3L));
    }

    @Test
    void aCoveredOneInNoIndexIsLostAndTheCommandBringsItBack() throws InterruptedException {
        // given
        claimOfThreeEdits(DeliveryClass.LOW).beside().forEach(REFEREE::cover);
        redis.zrem(RedisKeys.DEADLINES, "first");

        // then
        assertFound(Fault.LOST, "first");
        assertThat(finding().items().getFirst().detail()).startsWith("covered and pending");
        obey(finding());
        REFEREE.sweep();
        assertHealthy();
        REFEREE.confirm("last");
        REFEREE.sweep();
        assertThat(examine().states()).isEqualTo(Map.of("completed", 3L));
    }

    @Test
    void aCoveredOneInTheIndexOfAListIsMisplaced() throws InterruptedException {
        // given
        claimOfThreeEdits(DeliveryClass.URGENT).beside().forEach(REFEREE::cover);
        redis.zrem(RedisKeys.DEADLINES, "first");
        redis.zadd(RedisKeys.queued(DeliveryClass.URGENT), 1, "first");

        // then
        assertFound(Fault.MISPLACED, "first");
    }

    private List<String> covered() {
        return Stream.of("first", "second", "last")
                .filter(id -> "covered".equals(redis.hget(RedisKeys.status(id), "phase")))
                .toList();
    }
}
