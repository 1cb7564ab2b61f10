package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.FailedPage;
import dev.cachehandshake.protocol.store.FailedRequest;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.store.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The list of what has failed. */
class FailedContractTest extends RefereeContract {
    private FailedPage page(int limit, Optional<FailedPage.Place> after) {
        return store.failed(new FailedRequest(Optional.empty(), limit, after));
    }

    private static List<String> ids(FailedPage page) {
        return page.handshakes().stream()
                .map(HandshakeView::id)
                .map(Object::toString)
                .toList();
    }

    /** Every page, from the latest on. */
    private List<String> all(Optional<String> site, int limit) {
        List<String> all = new ArrayList<>();
        Optional<FailedPage.Place> after = Optional.empty();
        do {
            FailedPage page = store.failed(new FailedRequest(site, limit, after));
            assertThat(page.handshakes()).hasSizeLessThanOrEqualTo(limit);
            all.addAll(ids(page));
            after = page.next();
        } while (after.isPresent());
        return all;
    }

    private void foreignFailed(String id, String site) {
        foreignPush(Jobs.json(id, id, ",\"site\":\"" + site + "\""));
        settle(claimOne(id).lease(), new Settlement.Rejected("no", false));
    }

    @Test
    void nothingHasFailed() {
        publish("a");

        assertThat(page(10, Optional.empty())).isEqualTo(new FailedPage(List.of(), Optional.empty()));
    }

    @Test
    void everyKindOfFailureIsListedTheLatestFirst() {
        // given
        failed("rejected");
        clock.step(TICK);
        settle(publishAndClaim("exhausted"), new Settlement.Retry("503", DELAY, 1, false));
        clock.step(TICK);
        awaiting("no-callback", accepted(1, false));
        sweepAfter(CALLBACK_WITHIN);

        // then
        assertThat(ids(page(10, Optional.empty()))).containsExactly("no-callback", "exhausted", "rejected");
    }

    @Test
    void aListedOneShowsHowItStandsWithoutItsJobAndTargets() {
        // given
        failed(Jobs.post("a", "hello", "7"));

        // when
        HandshakeView listed = page(1, Optional.empty()).handshakes().getFirst();

        // then
        HandshakeView found = view("a");
        assertThat(listed)
                .usingRecursiveComparison()
                .ignoringFields("job", "targets")
                .isEqualTo(found);
        assertThat(listed.state()).isEqualTo(HandshakeState.FAILED);
        assertThat(listed.phase()).isEqualTo(Phase.DONE);
        assertThat(listed.failure()).hasValue(FailureReason.REJECTED);
        assertThat(listed.lastError()).hasValue("no");
        assertThat(listed.job()).isEmpty();
        assertThat(found.job()).isPresent();
    }

    @Test
    void pagesFollowEachOtherWithoutGapAlsoThroughThoseThatFailedInTheSameInstant() {
        // given, by bytes in the order of their ids
        List<String> ids = new ArrayList<>(List.of("B", "a", "a.", "a.b", "aa", "b", "ä", "\uD83D\uDE00"));
        ids.forEach(this::failed);
        clock.step(TICK);
        failed("latest");

        // then
        ids.add("latest");
        for (int limit = 1; limit <= ids.size(); limit++) {
            assertThat(all(Optional.empty(), limit)).as("pages of %s", limit).containsExactlyElementsOf(ids.reversed());
        }
    }

    @Test
    void aPlaceStaysWhereItIsWhateverComesAndGoes() {
        // given
        for (String id : List.of("a", "b", "c", "d")) {
            awaiting(id, accepted(1, false));
        }
        sweepAfter(CALLBACK_WITHIN);
        FailedPage first = page(2, Optional.empty());
        assertThat(ids(first)).containsExactly("d", "c");

        // when the last one of the page is lifted, and another one fails
        confirm("c", fresh());
        clock.step(TICK);
        failed("e");

        // then
        assertThat(ids(page(2, first.next()))).containsExactly("b", "a");
    }

    @Test
    void aLiftedOneIsNotListed() {
        awaiting("a", accepted(1, false));
        sweepAfter(CALLBACK_WITHIN);
        assertThat(all(Optional.empty(), 10)).containsExactly("a");

        confirm("a", fresh());

        assertThat(redis.zcard(RedisKeys.FAILED)).isZero();
    }

    @Test
    void onlyThoseOfASiteAreListedWhenItIsNamed() {
        // given
        failed("a");
        foreignFailed("b", "shop");
        failed("c");

        // then
        assertThat(all(Optional.of("default"), 10)).containsExactlyInAnyOrder("a", "c");
        assertThat(all(Optional.of("shop"), 1)).containsExactly("b");
        assertThat(all(Optional.of("nobody"), 1)).isEmpty();
        assertThat(all(Optional.empty(), 10)).hasSize(3);
    }

    @Test
    void oneRequestLooksAtAThousandEntriesAndTheNextOneGoesOn() {
        // given a site that has failed once, long ago
        foreignFailed("rare", "shop");
        clock.step(TICK);
        publishMany(1_500);
        List<Settlement> no = new ArrayList<>();
        for (Lease lease : leases(1_500)) {
            no.add(new Settlement(lease, "nextjs", new Settlement.Rejected("no", false)));
        }
        store.settle(no);

        // when
        FailedPage first = store.failed(new FailedRequest(Optional.of("shop"), 10, Optional.empty()));

        // then
        assertThat(first.handshakes()).isEmpty();
        assertThat(ids(store.failed(new FailedRequest(Optional.of("shop"), 10, first.next()))))
                .containsExactly("rare");
    }

    private void publishMany(int count) {
        IntStream.range(0, count).forEach(i -> publish("many-" + i));
    }

    private List<Lease> leases(int count) {
        return claim(count).handshakes().stream()
                .map(claimed -> claimed.lease())
                .toList();
    }

    @Test
    void entriesOfIdsThatAreNotFailedAreDroppedWhenTheyAreMet() {
        // given one whose hash is gone, one whose id was given away again, and one that is no handshake
        failed("gone");
        failed("again");
        failed("a");
        redis.del(statusKey("gone"), statusKey("again"));
        publish("again");
        redis.set(statusKey("text"), "no hash");
        redis.zadd(RedisKeys.FAILED, (double) clock.millis(), "text");

        // when, then
        assertThat(all(Optional.empty(), 10)).containsExactly("a");
        assertThat(redis.zrange(RedisKeys.FAILED, 0, -1)).containsExactly("a");
    }

    @Test
    void whatIsOlderThanAnyFailedOneIsKeptIsDroppedByTheNextFailure() {
        // given
        failed("old");
        clock.step(Retention.DEFAULT.failed().minus(TICK));
        failed("a");
        assertThat(redis.zcard(RedisKeys.FAILED)).isEqualTo(2);
        redis.del(statusKey("old"));

        // when
        clock.step(Duration.ofMillis(2));
        failed("b");

        // then
        assertThat(redis.zrange(RedisKeys.FAILED, 0, -1)).containsExactly("a", "b");
    }

    @Test
    void theListHasALifeOfItsOwnWhichEachFailureProlongs() {
        failed("a");
        redis.expire(RedisKeys.FAILED, 5);

        failed("b");

        assertThat(redis.ttl(RedisKeys.FAILED))
                .isBetween(
                        Retention.DEFAULT.failed().toSeconds() - 5,
                        Retention.DEFAULT.failed().toSeconds());
    }

    @Test
    void aPageHasOneEntryAtLeast() {
        assertThatIllegalArgumentException().isThrownBy(() -> page(0, Optional.empty()));
    }

    @Test
    void aPlaceBehindTheLastOneIsTheEnd() {
        failed("a");

        assertThat(page(10, Optional.of(new FailedPage.Place(0, new RevalidationId("a")))))
                .isEqualTo(new FailedPage(List.of(), Optional.empty()));
    }
}
