package dev.cachehandshake.localstack.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TallyCheckTest {
    /** 10 open before, 5 ended meanwhile, 7 accepted meanwhile: 12 open after. */
    @ParameterizedTest
    @CsvSource({"4,true", "5,false", "10,false", "17,false", "18,true"})
    void whatComesAndGoesDuringTheWalkIsNoMiscount(long found, boolean off) {
        TallyCheck check = new TallyCheck(new TallySeen(6, 4, 100), new TallySeen(9, 3, 105), found, 0);

        assertThat(check.ended()).isEqualTo(5);
        assertThat(check.accepted()).isEqualTo(7);
        assertThat(check.isOff()).isEqualTo(off);
        assertThat(check.corrections()).isEmpty();
    }

    @Test
    void whereNothingMovesEachStateIsExact() {
        TallySeen tally = new TallySeen(6, 4, 100);

        assertThat(new TallyCheck(tally, tally, 6, 4).isOff()).isFalse();
        assertThat(new TallyCheck(tally, tally, 5, 5).isOff()).isTrue();
        assertThat(new TallyCheck(tally, tally, 5, 6).corrections()).containsExactly("pending -1", "acknowledged 2");
    }

    @Test
    void anIdThatScanBringsTwiceIsCountedOnce() {
        OpenCount count = new OpenCount();
        for (int i = 0; i < 10_000; i++) {
            count.add("id-" + i);
            count.add("id-" + i / 2);
        }

        assertThat(count.distinct()).isEqualTo(10_000);
    }
}
