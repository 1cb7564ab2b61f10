package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.PagePath;
import dev.cachehandshake.protocol.PathType;
import dev.cachehandshake.protocol.store.CatchUp;
import dev.cachehandshake.protocol.store.Claimed;
import dev.cachehandshake.protocol.store.Hello;
import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.protocol.wire.JobJson;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A replica that starts learns what it lacks, and from then on is one of those that have to prove. */
class HelloContractTest extends RefereeContract {
    private static final Duration REMEMBERED = Duration.ofSeconds(60);

    private CatchUp hello(Instant since) {
        return hello(since, Optional.empty());
    }

    private CatchUp hello(Instant since, Optional<String> target) {
        return store.hello(new Hello("default", target, REMEMBERED, since));
    }

    private static CatchUp.Change page(String path) {
        return new CatchUp.Page(new PagePath(path, Optional.empty()));
    }

    @Test
    void nothingHasChangedWhereNothingWasPublished() {
        assertThat(hello(clock.instant())).isEqualTo(new CatchUp.Changes(List.of()));
    }

    @Test
    void eachPageAndTagIsToldOnceInTheOrderOfItsLastChange() {
        publish(Jobs.post("a"));
        clock.step(TICK);
        publish(JobJson.read("{\"revalidation_id\":\"b\",\"type\":\"post\",\"slug\":\"b\",\"tags\":[\"posts\"],"
                + "\"paths\":[\"/b\",{\"path\":\"/[lang]\",\"type\":\"layout\"},{\"path\":\"/x/[y]\",\"type\":\"page\"}],"
                + "\"dependencies\":[]}"));
        clock.step(TICK);
        publish(JobJson.read("{\"revalidation_id\":\"c\",\"type\":\"post\",\"slug\":\"b\",\"paths\":[\"/b\"],"
                + "\"dependencies\":[]}"));

        assertThat(((CatchUp.Changes) hello(SteppableClock.START)).changes())
                .startsWith(page("/"), page("/blog"), page("/blog/a"))
                .contains(
                        new CatchUp.Page(new PagePath("/[lang]", Optional.of(PathType.LAYOUT))),
                        new CatchUp.Page(new PagePath("/x/[y]", Optional.of(PathType.PAGE))),
                        new CatchUp.Tag("posts"))
                .endsWith(page("/b"))
                .doesNotHaveDuplicates();
    }

    @Test
    void whatChangedBeforeIsNotTold() {
        publish("a");
        clock.step(Duration.ofMinutes(1));
        publish("b");

        assertThat(hello(clock.instant()))
                .isEqualTo(new CatchUp.Changes(List.of(page("/"), page("/blog"), page("/blog/b"))));
    }

    @Test
    void anotherSitesChangesAreItsOwn() {
        publish("a");

        assertThat(store.hello(new Hello("other", Optional.empty(), REMEMBERED, SteppableClock.START)))
                .isEqualTo(new CatchUp.Changes(List.of()));
    }

    @Test
    void aForeignJobIsToldFromItsClaimOn() {
        String job = Jobs.post("a").json();
        foreignPush(job);
        assertThat(hello(SteppableClock.START)).isEqualTo(new CatchUp.Changes(List.of()));

        claim(1);

        assertThat(hello(SteppableClock.START)).isEqualTo(new CatchUp.Changes(List.of(new CatchUp.ForeignJob(job))));
    }

    @Test
    void aThousandChangesAreToldAndOfMoreOnlyThatThereAre() {
        for (int i = 0; i < 998; i++) {
            publish("p" + i);
        }
        assertThat(((CatchUp.Changes) hello(SteppableClock.START)).changes()).hasSize(1_000);

        publish("one-more");

        assertThat(hello(SteppableClock.START)).isEqualTo(new CatchUp.Everything());
        for (int i = 0; i < 50; i++) {
            publish("more" + i);
        }
        assertThat(redis.zcard(RedisKeys.changes("default"))).isEqualTo(1_001);
    }

    @Test
    void whatWasBuiltLongAgoLacksEverything() {
        assertThat(hello(clock.instant().minus(Duration.ofDays(31)))).isEqualTo(new CatchUp.Everything());
    }

    @Test
    void whateverIsClaimedAfterItsHelloReachesItToo() {
        roster = new Roster(List.of("10.0.0.1:3000"), Optional.of("default"));
        publish("before");
        claim(1);
        publish("after");

        hello(SteppableClock.START, Optional.of("10.0.0.2:3000"));

        assertThat(claim(1).handshakes())
                .extracting(Claimed::target)
                .containsExactlyInAnyOrder("10.0.0.1:3000", "10.0.0.2:3000");
    }

    @Test
    void itIsForgottenUnlessTheRosterNamesIt() {
        roster = new Roster(List.of("10.0.0.1:3000"), Optional.of("default"));
        hello(SteppableClock.START, Optional.of("10.0.0.2:3000"));
        clock.step(REMEMBERED.plus(TICK));
        publish("a");

        assertThat(claim(1).handshakes()).extracting(Claimed::target).containsExactly("10.0.0.1:3000");
    }

    @Test
    void onceTheRosterHasNamedItItsOwnWordSoonCountsNoMore() {
        hello(SteppableClock.START, Optional.of("10.0.0.2:3000"));
        roster = new Roster(List.of("10.0.0.1:3000", "10.0.0.2:3000"), Optional.of("default"));
        claim(1);
        roster = new Roster(List.of("10.0.0.1:3000"), Optional.of("default"));

        clock.step(Duration.ofSeconds(29));
        publish("soon");
        assertThat(claim(1).handshakes()).hasSize(2);
        clock.step(Duration.ofSeconds(2));
        publish("later");
        assertThat(claim(1).handshakes()).extracting(Claimed::target).containsExactly("10.0.0.1:3000");
    }

    @Test
    void aFixedRosterIsJoinedByNobody() {
        roster = Roster.of("web-1:3000");
        hello(SteppableClock.START, Optional.of("10.0.0.2:3000"));
        publish("a");

        assertThat(claim(1).handshakes()).extracting(Claimed::target).containsExactly("web-1:3000");
    }
}
