package dev.cachehandshake.faultcampaign.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LoadPlanTest {
    private static final Duration WITHIN = Duration.ofSeconds(6);

    @Test
    void theSameSeedIsTheSameLoad() {
        assertThat(LoadPlan.of(1, "r1", 540, WITHIN)).isEqualTo(LoadPlan.of(1, "r1", 540, WITHIN));
        assertThat(LoadPlan.of(1, "r1", 540, WITHIN)).isNotEqualTo(LoadPlan.of(2, "r1", 540, WITHIN));
    }

    @Test
    void aRunHasFiveHundredUpdatesAtLeast() {
        assertThat(LongStream.range(0, 500)
                        .map(seed -> LoadPlan.of(seed, "r", 540, WITHIN).size()))
                .allMatch(size -> size >= 500);
    }

    @Test
    void anEntryIsOneEditorsAndItsVersionsComeInOrder() {
        LoadPlan plan = LoadPlan.of(3, "r3", 540, WITHIN);

        for (List<LoadPlan.Update> updates : plan.editors()) {
            assertThat(updates).isSortedAccordingTo((one, other) -> one.due().compareTo(other.due()));
            Map<String, List<Long>> versions = updates.stream()
                    .collect(Collectors.groupingBy(
                            LoadPlan.Update::entry, Collectors.mapping(LoadPlan.Update::version, Collectors.toList())));
            versions.values()
                    .forEach(ofEntry -> assertThat(ofEntry)
                            .containsExactlyElementsOf(LongStream.rangeClosed(1, ofEntry.size())
                                    .boxed()
                                    .toList()));
        }
        assertThat(plan.editors().stream().flatMap(List::stream).map(LoadPlan.Update::id))
                .doesNotHaveDuplicates();
    }
}
