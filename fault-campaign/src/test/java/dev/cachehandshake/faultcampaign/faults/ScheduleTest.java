package dev.cachehandshake.faultcampaign.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static final int RUNS = 200;
    private static final String GOLDEN = "Schedule[seed=-776262208239339584, sentinel=false, faults=["
            + "worker frozen at 1107 ms for 5178 ms, choice 379, clock off at 1522 ms for 4662 ms, choice 715,"
            + " connections cut at 2746 ms for 1159 ms, choice 390]]";

    private static List<Schedule> schedules(long seed) {
        return IntStream.rangeClosed(1, RUNS)
                .mapToObj(run -> Schedule.of(seed, run))
                .toList();
    }

    @Test
    void theSameSeedAndRunAreTheSameScheduleOnEveryMachine() {
        assertThat(schedules(7)).isEqualTo(schedules(7));
        assertThat(Schedule.of(7, 3)).hasToString(GOLDEN);
    }

    @Test
    void anotherSeedOrRunIsAnotherSchedule() {
        assertThat(Schedule.of(7, 13)).isNotEqualTo(Schedule.of(8, 13)).isNotEqualTo(Schedule.of(7, 1));
        assertThat(schedules(7).stream().map(Schedule::seed)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 42, -1})
    void twoHundredRunsBreakEachPartTwentyTimes(long seed) {
        Map<FaultKind, Integer> times = new EnumMap<>(FaultKind.class);
        schedules(seed)
                .forEach(schedule -> schedule.faults().forEach(fault -> times.merge(fault.kind(), 1, Integer::sum)));

        assertThat(times).containsOnlyKeys(FaultKind.values());
        assertThat(times.values()).allMatch(count -> count >= 20);
    }

    @Test
    void aFailoverIsOnSentinelsAndWhatBreaksTheOneRedisIsNot() {
        for (Schedule schedule : schedules(5)) {
            assertThat(schedule.faults()).isNotEmpty();
            for (Fault fault : schedule.faults()) {
                boolean ofOneRedis = fault.kind().part() == FaultKind.Part.REDIS && fault.kind() != FaultKind.FAILOVER;
                assertThat(schedule.sentinel() && ofOneRedis).isFalse();
                assertThat(!schedule.sentinel() && fault.kind() == FaultKind.FAILOVER)
                        .isFalse();
            }
        }
    }

    @Test
    void aFrozenWorkerSleepsPastItsLease() {
        schedules(9).stream()
                .flatMap(schedule -> schedule.faults().stream())
                .filter(fault -> fault.kind() == FaultKind.WORKER_FROZEN)
                .forEach(fault -> assertThat(fault.lasts()).isGreaterThan(Duration.ofSeconds(3)));
    }
}
